import * as Flags from '@oclif/core/flags'
import { parseSpawned } from '@rally/core/rules/presence/parse-spawned'
import { announcePresence, DEFAULT_PHASE } from '@rally/core/usecases/presence/announce-presence'
import { type Outcome, RallyCommand } from '../base-command.js'
import { parseCsv, sessionFlags } from '../flags.js'
import { toJson, toText } from '../views/presence/presence.js'

export default class Presence extends RallyCommand {
  static override summary = 'Announce this session, or refresh what it says of itself.'
  static override description =
    'Others see it in the roster and in their status until it leaves or falls silent: two minutes in the roster, half an hour in the status. Run it again from time to time: each call says that the session is still there.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --task "write the cart" --files-in-flight src/cart.js',
    '<%= config.bin %> <%= command.id %> --phase review --spawned coder:2,tester:1',
  ]
  static override flags = {
    ...sessionFlags,
    phase: Flags.string({ summary: `Where the work stands, one word; at first ${DEFAULT_PHASE}.` }),
    task: Flags.string({ summary: 'What the session is doing; without it the phase.', helpValue: 'TEXT' }),
    'files-in-flight': Flags.string({
      summary: 'Files being edited, also folders and globs (src/, src/**), separated by commas.',
      helpValue: 'PATHS',
    }),
    parent: Flags.string({ summary: 'Session that started this one.', helpValue: 'ID' }),
    spawned: Flags.string({ summary: 'Subagents started, by type.', helpValue: 'TYPE[:COUNT],…' }),
    cwd: Flags.string({ summary: 'Folder the session works in.', helpValue: 'DIR' }),
    pid: Flags.integer({ summary: 'Process of the session.' }),
    host: Flags.string({ summary: 'Name of its machine.' }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(Presence)
    const { parent, cwd, pid, host, phase, task, spawned, 'files-in-flight': inFlight } = flags
    const ctx = await this.rally.session(flags, { parent, cwd, pid, host })
    const filesInFlight = inFlight === undefined ? undefined : parseCsv(inFlight)
    const children = spawned === undefined ? undefined : parseSpawned(spawned)
    const json = toJson(await announcePresence(ctx, { phase, task, filesInFlight, spawned: children }))
    return { json, text: () => toText(json) }
  }
}
