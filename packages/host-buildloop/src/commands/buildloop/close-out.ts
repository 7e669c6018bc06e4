import * as Flags from '@oclif/core/flags'
import type { PluginOutcome, RallyApi } from '@rally/core/plugin-api/rally-api'
import { PluginCommand, sessionFlags, toRequest } from '@rally/plugin-kit/commands'
import { handoffsOpen } from '../../command-line/open-handoffs.js'
import { toJson, toText } from '../../views/close-out.js'

export default class CloseOut extends PluginCommand {
  static override summary = 'Close the run: refused while a handoff of this session is open; then the session leaves.'
  static override description =
    'A handoff is settled when a later record names it, the answer of its target or the fallback that its poster recorded with "<%= config.bin %> buildloop poll-gate dispose".'
  static override examples = ['<%= config.bin %> <%= command.id %> --session-id loop-1 --summary "cart shipped"']
  static override flags = {
    ...sessionFlags,
    summary: Flags.string({ summary: 'What came of the run.', helpValue: 'TEXT' }),
    stay: Flags.boolean({ summary: 'Keep the session in the room.' }),
  }

  protected async execute(api: RallyApi): Promise<PluginOutcome> {
    const { flags } = await this.parse(CloseOut)
    const ctx = await api.session(toRequest(flags))
    const open = await api.usecases.findOpenHandoffs(ctx, { sessionId: ctx.session.sessionId })
    if (open.length > 0) return { json: toJson({ open }, ctx), text: '', error: handoffsOpen(api, open) }
    const { summary, stay } = flags
    const payload = { phase: 'run-closeout', ...(summary === undefined ? {} : { summary }) }
    const posted = await api.usecases.postRecord(ctx, { kind: 'phase', payload, mayCloseRun: true })
    const left = stay ? undefined : await api.usecases.leaveRoom(ctx, { reason: 'run closed' })
    const json = toJson({ open, posted, ...(left && { left }) }, ctx)
    return { json, text: toText(json) }
  }
}
