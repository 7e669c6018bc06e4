import type { HandoffDoneOutput } from '@rally/core/model/outputs/handoff-done'
import { settleHandoff } from '@rally/core/usecases/handoff/settle-handoff'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { sessionFlags } from '../../flags.js'
import { settlingArgs } from '../../settling-args.js'
import { handoffJson } from '../../views/handoff/handoffs.js'

export default class HandoffDone extends RallyCommand {
  static override summary = 'Say that a handoff is done: whoever handed over is told, and gates are settled.'
  static override examples = ['<%= config.bin %> <%= command.id %> 18 "tests pass"']
  static override args = settlingArgs
  static override flags = sessionFlags

  protected async execute(): Promise<Outcome> {
    const { args, flags } = await this.parse(HandoffDone)
    const ctx = await this.rally.session(flags)
    const { handoff, posted } = await settleHandoff(ctx, 'done', { handoff: args.id, text: args.text })
    const json: HandoffDoneOutput = {
      app_slug: ctx.channel.app,
      handoff: handoffJson(handoff),
      claim_id: null,
      channel_revision: posted.revision,
    }
    const text = () => `#${handoff.number} is done`
    return { json, text, ...(posted.message?.failure ? { error: posted.message.failure } : {}) }
  }
}
