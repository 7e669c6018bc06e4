import { installedPlaces } from '@rally/installer'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { chooseHosts } from '../../installing/choose-hosts.js'
import { hookFlags } from '../../installing/hook-flags.js'
import { makeSurroundings } from '../../installing/make-surroundings.js'
import { toText } from '../../views/setup/hooks-list.js'

export default class HooksList extends RallyCommand {
  static override summary = 'List every file on this machine that rally has written hooks or consents to.'
  static override description =
    `From the records that uninstall needs: all repositories, the home folder, what hosts were told to trust or allow. What a
colleague installed in a repository is not among them; rally hooks status shows that.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --host codex --json',
  ]
  static override flags = { ...hookFlags }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(HooksList)
    const hosts = chooseHosts(await this.rally.hosts.list(), flags.host ?? [])
    const surroundings = makeSurroundings(this.rally.env, undefined)
    const json = { places: installedPlaces(hosts, surroundings).map((place) => ({ ...place })) }
    return { json, text: (terminal) => toText(json, terminal, surroundings.home) }
  }
}
