import { resolve } from 'node:path'
import { listHosts } from '@rally/core/usecases/host/list-hosts'
import { readProbes } from '@rally/local/hook-files/kept-probes'
import { homeDir } from '@rally/local/system/user-dirs'
import { type Outcome, RallyCommand } from '../base-command.js'
import { roomFlags } from '../flags.js'
import { findRepoRoot } from '../installing/repo-root.js'
import { existingFolders } from '../plugins/host-folders.js'
import { toJson, toText } from '../views/setup/hosts.js'

export default class Hosts extends RallyCommand {
  static override summary =
    'List the coding hosts that rally knows: what each can do, whether it is here, how its hooks stand.'
  static override description =
    'Each host is a plugin. A plugin that cannot be used is listed with the reason; the others keep working. See rally plugins install.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']
  static override flags = { ...roomFlags }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(Hosts)
    const { env, hosts, hookInspection, discovery } = this.rally
    const repoRoot = await findRepoRoot(discovery, flags.workdir)
    const items = listHosts({
      found: await hosts.list(),
      env,
      hooks: await hookInspection.inspect(repoRoot ?? resolve(flags.workdir)),
      probes: readProbes(env),
      folders: (adapter) => existingFolders(adapter, { repoRoot, home: homeDir(env), env }),
    })
    return { json: toJson(items), text: (terminal) => toText(items, terminal) }
  }
}
