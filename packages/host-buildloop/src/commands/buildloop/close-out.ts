import * as Flags from '@oclif/core/flags'
import type { PluginOutcome, RallyApi } from '@rally/core/plugin-api/rally-api'
import type { SessionContext } from '@rally/core/usecases/context'
import { PluginCommand, sessionFlags, toRequest } from '@rally/plugin-kit/commands'
import { handoffsOpen, toOpenHandoff } from '../../command-line/open-handoffs.js'
import type { CloseOutOutput } from '../../outputs/buildloop-close-out.js'

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
    const base = { app_slug: ctx.channel.app, session_id: ctx.session.sessionId }
    const open = await api.usecases.findOpenHandoffs(ctx, { sessionId: ctx.session.sessionId })
    if (open.length > 0) {
      const json: CloseOutOutput = {
        action: 'close-out-refused',
        ...base,
        channel_revision: null,
        event_id: null,
        open_handoffs: open.map(toOpenHandoff),
        presence_removed: null,
        claims_released: [],
      }
      return { json, text: '', error: handoffsOpen(api, open) }
    }
    const { summary } = flags
    const posted = await api.usecases.postRecord(ctx, {
      kind: 'phase',
      payload: { phase: 'run-closeout', ...(summary === undefined ? {} : { summary }) },
      mayCloseRun: true,
    })
    const left = flags.stay ? { removed: null, released: [] } : await leave(api, ctx)
    const json: CloseOutOutput = {
      action: 'run-closed',
      ...base,
      channel_revision: posted.revision,
      event_id: posted.eventId,
      open_handoffs: [],
      presence_removed: left.removed,
      claims_released: left.released,
    }
    return { json, text: `closed (revision ${posted.revision})` }
  }
}

async function leave(api: RallyApi, ctx: SessionContext): Promise<{ removed: string | null; released: string[] }> {
  const { removed, released } = await api.usecases.leaveRoom(ctx, { reason: 'run closed' })
  return { removed, released: [...released] }
}
