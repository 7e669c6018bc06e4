import * as Flags from '@oclif/core/flags'
import type { PluginOutcome, RallyApi } from '@rally/core/plugin-api/rally-api'
import { PluginCommand, sessionFlags, toRequest } from '@rally/plugin-kit/commands'
import type { PollGateDisposeOutput } from '../../../outputs/buildloop-poll-gate-dispose.js'

/** The kind of the record by which a poster settles its own handoff. */
export const DISPOSED = 'handoff-disposed'

export default class PollGateDispose extends PluginCommand {
  static override summary = 'Record that you took a handoff back and did it yourself, because its target is idle.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --session-id loop-1 --event-id blf_0123456789abcdef01234567 --reason "no answer"',
  ]
  static override flags = {
    ...sessionFlags,
    'event-id': Flags.string({ summary: 'The handoff.', helpValue: 'ID', required: true }),
    reason: Flags.string({ summary: 'Why.', helpValue: 'TEXT', default: 'the target did not answer' }),
  }

  protected async execute(api: RallyApi): Promise<PluginOutcome> {
    const { flags } = await this.parse(PollGateDispose)
    const ref = flags['event-id'].trim()
    if (ref === '' || ref.length > 128) throw api.error('UNSAFE_ID', { what: 'event id', value: ref.slice(0, 200) })
    // A tool may settle what it posted without saying which of its sessions asks.
    const request = toRequest(flags)
    const sessionId = request.sessionId ?? (flags.tool === undefined ? undefined : `${flags.tool}-gate`)
    const ctx = await api.session({ ...request, sessionId })
    const payload = { ref, disposition: 'poster-fallback', reason: flags.reason }
    const posted = await api.usecases.postRecord(ctx, { kind: DISPOSED, payload })
    const json: PollGateDisposeOutput = {
      disposed: ref,
      note: 'recorded poster fallback; check will no longer block on this handoff',
      channel_revision: posted.revision,
      event_id: posted.eventId,
    }
    return { json, text: `${ref} is settled (revision ${posted.revision})` }
  }
}
