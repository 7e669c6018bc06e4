import { type Outcome, RallyCommand } from '../base-command.js'
import { saidOutcome, sayingArgs, sayingFlags, sayTo } from '../saying.js'

export default class Ask extends RallyCommand {
  static override summary = 'Ask a session, a tool, a person or everybody something.'
  static override description =
    'As tell, and an answer is wanted: it is open until it is answered or acknowledged. The room goes on meanwhile; what blocks it is escalate.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> codex "may I change price()?"',
    '<%= config.bin %> <%= command.id %> lead "which of the two?" --urgent',
  ]
  static override args = sayingArgs
  static override flags = sayingFlags

  protected async execute(): Promise<Outcome> {
    const { args, flags } = await this.parse(Ask)
    return saidOutcome(await sayTo(this.rally, { ...args, flags, asks: true }))
  }
}
