import type { FoundHost } from '@rally/core/ports/host'
import { inspectHost } from '@rally/installer'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { changeHooks } from '../../installing/change-hooks.js'
import { chooseHosts } from '../../installing/choose-hosts.js'
import { dryRunFlag, hookFlags, scopeFlag } from '../../installing/hook-flags.js'
import { refusalError } from '../../installing/refusal-error.js'
import { toJson, toText } from '../../views/setup/hook-changes.js'

export default class HooksUninstall extends RallyCommand {
  static override summary = "Take rally's hooks out of the configuration of the hosts again."
  static override description =
    `A file that nobody else has changed since is restored exactly; otherwise only what rally put in is taken out. Files and
folders that rally made go. Without --host: every host. What told a host of rally mcp goes, too. Run it before npm uninstall, which cannot clean up in other programs.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --host codex --scope user',
    '<%= config.bin %> <%= command.id %> --dry-run',
  ]
  static override flags = { ...hookFlags, ...scopeFlag, ...dryRunFlag }

  protected async execute(): Promise<Outcome> {
    const { flags, metadata } = await this.parse(HooksUninstall)
    const servers = metadata.flags.scope?.setFromDefault ? (['project', 'user'] as const) : [flags.scope]
    const choose = (found: readonly FoundHost[]) => chooseHosts(found, flags.host ?? [])
    const change = await changeHooks(this.rally, 'uninstall', { flags, mcp: servers, choose })
    const { surroundings, repoRoot, changes, hosts } = change
    const others = hosts
      .flatMap((host) => inspectHost(host, { surroundings }).files)
      .filter((file) => file.scope !== flags.scope && file.state !== 'absent' && file.state !== 'unknown')
    const json = { ...toJson(change), left: others.map((file) => file.path) }
    const places = { home: surroundings.home, repoRoot, diff: flags.diff }
    return { json, text: (terminal) => toText(json, terminal, places), error: refusalError(changes) }
  }
}
