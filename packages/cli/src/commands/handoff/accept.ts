import { acceptHandoff } from '@rally/core/usecases/handoff/settle-handoff'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { sessionFlags } from '../../flags.js'
import { settlingArgs } from '../../settling.js'
import { claimRefusal } from '../../views/claim/claim.js'
import { acceptedOf, toJson, toText } from '../../views/handoff/settled.js'

export default class HandoffAccept extends RallyCommand {
  static override summary = 'Take a handoff over: its files are claimed, the one who handed over is told.'
  static override description =
    'What the one who hands over had claimed of its files goes with it. When another session holds one of them it exits 5 and says who. Of several who accept at once one gets it.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 18',
    '<%= config.bin %> <%= command.id %> 18 "on it"',
  ]
  static override args = settlingArgs
  static override flags = sessionFlags

  protected async execute(): Promise<Outcome> {
    const { args, flags } = await this.parse(HandoffAccept)
    const ctx = await this.rally.session(flags)
    const answer = await acceptHandoff(ctx, { handoff: args.id, text: args.text })
    const settled = acceptedOf(ctx.channel.app, answer)
    const json = toJson(settled)
    if (!answer.accepted)
      return { json, text: () => '', error: claimRefusal({ claimed: false, conflicts: answer.conflicts }) }
    const error = answer.posted.message?.failure
    return { json, text: () => toText(settled), ...(error ? { error } : {}) }
  }
}
