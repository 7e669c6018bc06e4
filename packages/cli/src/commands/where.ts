import { type Outcome, RallyCommand } from '../base-command.js'
import { roomFlags } from '../flags.js'
import { toJson, toText } from '../views/status/where.js'

export default class Where extends RallyCommand {
  static override summary = 'Print the folder of the room that this repository meets in.'
  static override description =
    'Main checkout, subfolders and all worktrees of a repository share one room. Asking creates nothing.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --workdir ../other-repository --json',
  ]
  static override flags = { ...roomFlags }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(Where)
    const channel = await this.rally.discovery.resolve(flags.workdir, { evenUnavailable: true })
    return { json: toJson(channel), text: () => toText(channel) }
  }
}
