import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { PluginOutcome, RallyApi } from '@rally/core/plugin-api/rally-api'
import { PluginCommand, parseCsv, sessionFlags, toRequest } from '@rally/plugin-kit/commands'
import { toJson, toText } from '../../views/phase.js'

export default class Phase extends PluginCommand {
  static override summary = 'Begin a phase: record it, announce it, and say what changed and what to do about it.'
  static override description =
    `Reactions are "reinstall" (dependencies changed), "re-baseline" (the architecture was scanned) and "soft-claim" (a peer has
your files in flight). A run is closed with "<%= config.bin %> buildloop close-out", not with a phase.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> build --session-id loop-1 --files-in-flight src/cart.js',
    '<%= config.bin %> <%= command.id %> review --spawned reviewer:2 --json',
  ]
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'Name of the phase, one word.', required: true }),
  }
  static override flags = {
    ...sessionFlags,
    task: Flags.string({ summary: 'What is done in it.', helpValue: 'TEXT' }),
    message: Flags.string({ summary: 'A sentence for the record.', helpValue: 'TEXT' }),
    'files-in-flight': Flags.string({ summary: 'Files being edited, separated by commas.', helpValue: 'PATHS' }),
    spawned: Flags.string({ summary: 'Subagents started, by type.', helpValue: 'TYPE[:COUNT],…' }),
  }

  protected async execute(api: RallyApi): Promise<PluginOutcome> {
    const { args, flags } = await this.parse(Phase)
    const phase = args.name.trim()
    if (!/^[\w.:-]{1,64}$/.test(phase))
      throw api.error('USAGE', { message: `${JSON.stringify(phase.slice(0, 64))} is not the name of a phase` })
    const ctx = await api.session(toRequest(flags))
    const { task, message } = flags
    const payload = { phase, ...(task === undefined ? {} : { task }) }
    // First of all: a refused phase must not show in the presence.
    const { revision, eventId } = await api.usecases.postRecord(ctx, { kind: 'phase', payload, message })
    const about = { filesInFlight: parseCsv(flags['files-in-flight']), spawned: api.rules.parseSpawned(flags.spawned) }
    await api.usecases.announcePresence(ctx, { phase, task, ...about })
    const checkpoint = await api.usecases.checkpointRead(ctx)
    const json = toJson({ phase, channel_revision: revision, event_id: eventId, checkpoint }, ctx)
    return { json, text: toText(json, checkpoint) }
  }
}
