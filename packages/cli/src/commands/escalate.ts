import * as Flags from '@oclif/core/flags'
import { DEFAULT_NEEDS, escalate } from '@rally/core/usecases/standby/escalate'
import { type Outcome, RallyCommand } from '../base-command.js'
import { sessionFlags } from '../flags.js'
import { toJson, toText } from '../views/standby/escalate.js'

export default class Escalate extends RallyCommand {
  static override summary = 'Ask for a decision: the room is blocked until it is given.'
  static override description = 'With --acknowledges, gives the decision and unblocks the room.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --reason "two designs for the page, which one?"',
    '<%= config.bin %> <%= command.id %> --acknowledges 1 --reason "the plain one"',
  ]
  static override flags = {
    ...sessionFlags,
    reason: Flags.string({ summary: 'What is the matter, or what was decided.', helpValue: 'TEXT', required: true }),
    needs: Flags.string({ summary: 'Whose attention it needs.', helpValue: 'TEXT', default: DEFAULT_NEEDS }),
    acknowledges: Flags.string({ summary: 'Number or event id of the escalation to close.', helpValue: 'REF' }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(Escalate)
    const ctx = await this.rally.session(flags)
    const { reason, needs, acknowledges } = flags
    const json = toJson(await escalate(ctx, { reason, needs, acknowledges }), ctx.channel.app)
    return { json, text: () => toText(json) }
  }
}
