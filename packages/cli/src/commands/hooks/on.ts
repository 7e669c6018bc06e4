import { type Outcome, RallyCommand } from '../../base-command.js'
import { switchFlags, switchHooks } from '../../installing/switch-command.js'

export default class HooksOn extends RallyCommand {
  static override summary = 'Undo rally hooks off.'
  static override description =
    'A switch of another scope, or RALLY_HOOKS=off, can still keep hooks silent; the answer says so.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --scope session',
    '<%= config.bin %> <%= command.id %> --scope repo',
  ]
  static override flags = { ...switchFlags }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(HooksOn)
    return switchHooks(this.rally, flags, true)
  }
}
