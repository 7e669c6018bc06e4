import * as Flags from '@oclif/core/flags'
import type { PluginOutcome, RallyApi } from '@rally/core/plugin-api/rally-api'
import type { RoomContext } from '@rally/core/usecases/context'
import { PluginCommand, sessionFlags, statusFlags, toRequest, toStatusInput } from '@rally/plugin-kit/commands'

export default class Status extends PluginCommand {
  static override summary = 'Coordination status of a run: owned files, verdicts, escalations, what to do.'
  static override description =
    'The same envelope as "<%= config.bin %> status --json", in three lines for a loop. Asking changes nothing.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --session-id loop-1 --owned-file src/cart.js --owned-file docs/',
    '<%= config.bin %> <%= command.id %> --session-id loop-1 --check --json',
  ]
  static override flags = {
    ...sessionFlags,
    ...statusFlags,
    check: Flags.boolean({ summary: 'Exit 5 when the room is blocked.' }),
  }

  protected async execute(api: RallyApi): Promise<PluginOutcome> {
    const { flags } = await this.parse(Status)
    const ctx = await openStatusRoom(api, toRequest(flags))
    const unreadable = (path: string, thrown: unknown) =>
      api.error('READ_FAILED', { path, reason: thrown instanceof Error ? thrown.message : String(thrown) })
    const report = await api.usecases.readStatus(ctx, toStatusInput(flags, { workdir: ctx.workdir, unreadable }))
    const { status, required_action, escalation_count, blocked_verdict_count } = report
    const counts = [
      escalation_count > 0 ? `${escalation_count} open escalation(s)` : '',
      blocked_verdict_count > 0 ? `${blocked_verdict_count} BLOCKED verdict(s)` : '',
    ].filter((part) => part !== '')
    const lines = [`channel: ${report.channel_dir}`, `${status}: ${required_action}`]
    if (counts.length > 0) lines.push(`  [!] ${counts.join(', ')}`)
    const refused = flags.check && status === 'blocked'
    return {
      json: report,
      text: lines.join('\n'),
      ...(refused ? { error: api.error('BLOCKED', { required_action }) } : {}),
    }
  }
}

/** A person asks, too, who is no session. */
async function openStatusRoom(api: RallyApi, request: ReturnType<typeof toRequest>): Promise<RoomContext> {
  try {
    return await api.session(request)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'SESSION_UNKNOWN') return api.room(request)
    throw error
  }
}
