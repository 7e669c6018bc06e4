import { type Outcome, RallyCommand } from '../../base-command.js'
import { sessionFlags } from '../../flags.js'
import { settle, settlingArgs } from '../../settling.js'

export default class HandoffDecline extends RallyCommand {
  static override summary =
    'Say that a handoff will not be taken: the one who handed over is told, and gates are settled.'
  static override examples = ['<%= config.bin %> <%= command.id %> 18 "no time before noon"']
  static override args = settlingArgs
  static override flags = sessionFlags

  protected async execute(): Promise<Outcome> {
    return settle(this.rally, 'declined', await this.parse(HandoffDecline))
  }
}
