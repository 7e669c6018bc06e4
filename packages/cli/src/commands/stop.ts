import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { leaveRoom } from '@rally/core/usecases/presence/leave-room'
import { type Outcome, RallyCommand } from '../base-command.js'
import { sessionFlags } from '../flags.js'
import { toJson, toText } from '../views/presence/stop.js'

export default class Stop extends RallyCommand {
  static override summary = 'Leave the room.'
  static override description = 'Removes the presence of exactly one session and gives up what it holds.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --reason "page done"',
    '<%= config.bin %> <%= command.id %> codex-2',
  ]
  static override args = {
    who: Args.string({ ignoreStdin: true, description: 'Name or id of the session; without it the one that asks.' }),
  }
  static override flags = {
    ...sessionFlags,
    reason: Flags.string({ summary: 'Why, for the log, where something is given up.', helpValue: 'TEXT' }),
    'keep-claims': Flags.boolean({
      summary: 'Keep the lead until it runs out; claims of files end all the same.',
    }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags, args } = await this.parse(Stop)
    const ctx = await this.rally.session(args.who === undefined ? flags : { ...flags, 'session-id': args.who })
    const { reason, 'keep-claims': keepClaims = false } = flags
    const json = toJson(await leaveRoom(ctx, { reason, keepClaims }), ctx, keepClaims)
    return { json, text: () => toText(json) }
  }
}
