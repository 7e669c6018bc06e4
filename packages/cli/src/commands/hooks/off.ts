import { type Outcome, RallyCommand } from '../../base-command.js'
import { switchFlags, switchHooks } from '../../installing/switch-command.js'

export default class HooksOff extends RallyCommand {
  static override summary = "Silence rally's hooks for a session, a repository or a user."
  static override description =
    'The hooks stay installed and answer nothing. RALLY_HOOKS=off does the same for one environment.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --scope session',
    '<%= config.bin %> <%= command.id %> --scope repo',
  ]
  static override flags = { ...switchFlags }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(HooksOff)
    return switchHooks(this.rally, flags, false)
  }
}
