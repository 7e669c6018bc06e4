import { inspectHost } from '@rally/installer'
import { readJournal } from '@rally/local/hook-files/hook-journal'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { findOnPath } from '../../doctor/checks/version.js'
import { chooseHosts, isDetected } from '../../installing/choose-hosts.js'
import { readGuardState } from '../../installing/guard-state.js'
import { hookFlags } from '../../installing/hook-flags.js'
import { makeSurroundings } from '../../installing/make-surroundings.js'
import { findNeverRan } from '../../installing/never-ran.js'
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
    const calls = readJournal(env)
    const items = chooseHosts(await hosts.list(), flags.host ?? []).map((host) => {
      const result = inspectHost(host, { surroundings, silenced })
      const file = result.files.find(({ state, kind }) => kind === 'hooks' && state === 'installed')
      const never = file && findNeverRan(host.adapter, { file, calls, surroundings })
      const notes = never === undefined ? result.notes : [...result.notes, `${never.message}: ${never.fix}`]
      return { ...result, notes, detected: isDetected(host, surroundings) }
    })
    const repository = repositorySettings(env, repoRoot)
    const guard = repoRoot === undefined ? undefined : await readGuardState(env, flags.workdir)
    const json = toJson(items, {
      repoRoot,
      silenced: silenced?.reason,
      repository,
      guard,
      rallyHook: findOnPath('rally-hook', env),
    })
    return { json, text: (terminal) => toText(json, terminal, { home: surroundings.home, repoRoot }) }
  }
}
