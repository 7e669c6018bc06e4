import type { HandoffDeclineOutput } from '@rally/core/model/outputs/handoff-decline'
import { settleHandoff } from '@rally/core/usecases/handoff/settle-handoff'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { sessionFlags } from '../../flags.js'
import { settlingArgs } from '../../settling-args.js'
import { handoffJson } from '../../views/handoff/handoffs.js'

export default class HandoffDecline extends RallyCommand {
  static override summary = 'Say that a handoff will not be taken: whoever handed over is told, and gates are settled.'
  static override examples = ['<%= config.bin %> <%= command.id %> 18 "no time before noon"']
  static override args = settlingArgs
  static override flags = sessionFlags

  protected async execute(): Promise<Outcome> {
    const { args, flags } = await this.parse(HandoffDecline)
    const ctx = await this.rally.session(flags)
    const { handoff, posted } = await settleHandoff(ctx, 'declined', { handoff: args.id, text: args.text })
    const json: HandoffDeclineOutput = {
      app_slug: ctx.channel.app,
      handoff: handoffJson(handoff),
      claim_id: null,
      channel_revision: posted.revision,
    }
    const text = () => `#${handoff.number} is declined`
    return { json, text, ...(posted.message?.failure ? { error: posted.message.failure } : {}) }
  }
}
