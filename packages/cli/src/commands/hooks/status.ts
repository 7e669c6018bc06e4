import { type Outcome, RallyCommand } from '../../base-command.js'
import { findOnPath } from '../../doctor/checks/version.js'
import { chooseHosts } from '../../installing/choose-hosts.js'
import { readGuardState } from '../../installing/guard-state.js'
import { hookFlags } from '../../installing/hook-flags.js'
import { inspectWithRuns } from '../../installing/inspect-with-runs.js'
import { makeSurroundings } from '../../installing/make-surroundings.js'
import { findRepoRoot } from '../../installing/repo-root.js'
import { repositorySettings } from '../../installing/repository-says.js'
import { findSilence } from '../../installing/silenced.js'
import { toJson, toText } from '../../views/setup/hooks-status.js'

export default class HooksStatus extends RallyCommand {
  static override summary = "Say how rally's hooks stand in every host, file by file."
  static override description =
    `Installed, out of date (an older or incomplete form), not installed, off (something keeps them from running), not trusted yet
(the host waits for your consent), not known (a file cannot be read). Reads files only; rally hooks verify runs the lines.`
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --host codex']
  static override flags = { ...hookFlags }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(HooksStatus)
    const { env, hosts, discovery } = this.rally
    const repoRoot = await findRepoRoot(discovery, flags.workdir)
    const surroundings = makeSurroundings(env, repoRoot)
    const silenced = findSilence(env, repoRoot)
    const items = inspectWithRuns(chooseHosts(await hosts.list(), flags.host ?? []), { surroundings, silenced })
    const json = toJson(items, {
      ...{ repoRoot, silenced: silenced?.reason, repository: repositorySettings(env, repoRoot) },
      guard: repoRoot === undefined ? undefined : await readGuardState(env, flags.workdir),
      rallyHook: findOnPath('rally-hook', env),
    })
    return { json, text: (terminal) => toText(json, terminal, { home: surroundings.home, repoRoot }) }
  }
}
