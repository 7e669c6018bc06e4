import { type Outcome, RallyCommand } from '../base-command.js'
import { isNewer } from '../upgrading/is-newer.js'
import { newestVersion } from '../upgrading/newest-version.js'
import { toJson, toText } from '../views/setup/upgrade.js'

export default class Upgrade extends RallyCommand {
  static override summary = 'Ask npm whether a newer version of rally exists, and print how to install it.'
  static override description =
    'Asks the registry that your npm is set up for, with your npm. Installs nothing. Rally never asks by itself.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']

  protected async execute(): Promise<Outcome> {
    await this.parse(Upgrade)
    const { name, version } = this.config
    const newest = await newestVersion(name, this.rally.env)
    const json = toJson({ name, version, newest, newer: isNewer(newest, version) })
    return { json, text: () => toText(json) }
  }
}
