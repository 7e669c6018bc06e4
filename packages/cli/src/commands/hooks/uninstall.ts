import { changeHosts, inspectHost } from '@rally/installer'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { changeJson } from '../../installing/change-json.js'
import { chooseHosts } from '../../installing/choose-hosts.js'
import { dryRunFlag, hookFlags, scopeFlag } from '../../installing/hook-flags.js'
import { makeSurroundings } from '../../installing/make-surroundings.js'
import { refusalError } from '../../installing/refusal-error.js'
import { findRepoRoot, needRepoRoot } from '../../installing/repo-root.js'
import { findRunningPrograms } from '../../installing/running-programs.js'
import { renderHookChanges } from '../../views/setup/hook-changes.js'

export default class HooksUninstall extends RallyCommand {
  static override summary = "Take rally's hooks out of the configuration of the hosts again."
  static override description =
    `A file that nobody else has changed since gets its bytes of before; otherwise only what rally put in is taken out. Files and
folders that rally made go. Without --host: every host. Run it before npm uninstall, which cannot clean up in other programs.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --host codex --scope user',
    '<%= config.bin %> <%= command.id %> --dry-run',
  ]
  static override flags = { ...hookFlags, ...scopeFlag, ...dryRunFlag }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(HooksUninstall)
    const { env, hosts, discovery } = this.rally
    const find = flags.scope === 'project' ? needRepoRoot : findRepoRoot
    const repoRoot = await find(discovery, flags.workdir)
    const surroundings = makeSurroundings(env, repoRoot)
    const chosen = chooseHosts(await hosts.list(), flags.host ?? [])
    const dryRun = Boolean(flags['dry-run'])
    const changes = await changeHosts('uninstall', chosen, { surroundings, scope: flags.scope, dryRun })
    const others = chosen
      .flatMap((host) => inspectHost(host, { surroundings }).files)
      .filter((file) => file.scope !== flags.scope && file.state !== 'absent' && file.state !== 'unknown')
    const restart = dryRun
      ? []
      : findRunningPrograms([...new Set(changes.flatMap((change) => change.restart))], process.pid)
    const json = {
      ...changeJson({ hosts: chosen, changes, scope: flags.scope, dryRun, restart }),
      left: others.map((file) => file.path),
    }
    const error = refusalError(changes)
    return {
      json,
      text: (terminal) => renderHookChanges(json, terminal, { home: surroundings.home, repoRoot }),
      ...(error ? { error } : {}),
    }
  }
}
