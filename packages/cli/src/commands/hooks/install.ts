import * as Flags from '@oclif/core/flags'
import { changeHosts } from '@rally/installer'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { cliError } from '../../errors.js'
import { changeJson } from '../../installing/change-json.js'
import { chooseHosts, isDetected } from '../../installing/choose-hosts.js'
import { dryRunFlag, hookFlags, scopeFlag } from '../../installing/hook-flags.js'
import { makeSurroundings } from '../../installing/make-surroundings.js'
import { refusalError } from '../../installing/refusal-error.js'
import { findRepoRoot, needRepoRoot } from '../../installing/repo-root.js'
import { findRunningPrograms } from '../../installing/running-programs.js'
import { findSilence } from '../../installing/silenced.js'
import { renderHookChanges } from '../../views/setup/hook-changes.js'

export default class HooksInstall extends RallyCommand {
  static override summary = "Put rally's hooks into the configuration of the hosts."
  static override description =
    `Without --host: every host that is set up here. Everything else in a file stays as it is, byte for byte; what cannot be
changed safely is left alone and named with line and column. A second run changes nothing. rally hooks uninstall undoes it.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> --host claude_code --dry-run',
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --host codex --scope user --trust',
  ]
  static override flags = {
    ...hookFlags,
    ...scopeFlag,
    trust: Flags.boolean({
      summary: 'Also record in the host that you trust exactly these entries, where it keeps that per entry (codex).',
    }),
    ...dryRunFlag,
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(HooksInstall)
    const { env, hosts, discovery } = this.rally
    const find = flags.scope === 'project' ? needRepoRoot : findRepoRoot
    const repoRoot = await find(discovery, flags.workdir)
    const surroundings = makeSurroundings(env, repoRoot)
    const found = await hosts.list()
    const chosen = chooseHosts(found, flags.host ?? [], (host) => isDetected(host, surroundings))
    if (chosen.length === 0) throw cliError('HOST_NOT_DETECTED', { example: found.find((host) => host.adapter)?.id })
    const dryRun = Boolean(flags['dry-run'])
    const changes = await changeHosts('install', chosen, {
      surroundings,
      scope: flags.scope,
      dryRun,
      trust: Boolean(flags.trust),
    })
    const silence = findSilence(env, repoRoot)
    const restart = dryRun
      ? []
      : findRunningPrograms([...new Set(changes.flatMap((change) => change.restart))], process.pid)
    const json = changeJson({ hosts: chosen, changes, scope: flags.scope, dryRun, silenced: silence?.reason, restart })
    const error = refusalError(changes)
    return {
      json,
      text: (terminal) => renderHookChanges(json, terminal, { home: surroundings.home, repoRoot }),
      ...(error ? { error } : {}),
    }
  }
}
