import * as Flags from '@oclif/core/flags'
import type { FoundHost, HookScope } from '@rally/core/ports/host'
import { type InstallableHost, printHosts, type Surroundings } from '@rally/installer'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { cliError } from '../../errors.js'
import { changeHooks } from '../../installing/change-hooks.js'
import { chooseHosts, exampleHost, isDetected } from '../../installing/choose-hosts.js'
import { dryRunFlag, hookFlags, scopeFlag } from '../../installing/hook-flags.js'
import { makeSurroundings } from '../../installing/make-surroundings.js'
import { refusalError } from '../../installing/refusal-error.js'
import { findRepoRoot, needRepoRoot } from '../../installing/repo-root.js'
import { findSilence } from '../../installing/silenced.js'
import { hostsWithoutPlugin, type KnownHost } from '../../plugins/known-hosts.js'
import { nothingChanged, toJson, toText } from '../../views/setup/hook-changes.js'

export default class HooksInstall extends RallyCommand {
  static override summary = "Put rally's hooks into the configuration of the hosts."
  static override description =
    `Without --host: every host that is set up here. Everything else in a file stays as it is, byte for byte; what cannot be
changed safely is left alone and named with line and column. A second run changes nothing. rally hooks uninstall undoes it.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> --host claude_code --dry-run',
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --host codex --mcp',
    '<%= config.bin %> <%= command.id %> --host codex --scope user --trust --allow',
    '<%= config.bin %> <%= command.id %> --host claude_code --scope local',
  ]
  static override flags = {
    ...hookFlags,
    ...scopeFlag,
    trust: Flags.boolean({
      summary: 'Also record in the host that you trust exactly these entries, where it keeps that per entry.',
    }),
    mcp: Flags.boolean({
      summary:
        'Also tell the host of the server rally mcp, and that its agents may use its tools: in your own files, unless --scope says otherwise.',
    }),
    allow: Flags.boolean({
      summary:
        'Also let agents of the host type single rally commands: where it asks before each, or its sandbox forbids them.',
    }),
    ...dryRunFlag,
    print: Flags.boolean({
      summary: 'Print what would be written, for files that you generate yourself; write nothing.',
    }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags, metadata } = await this.parse(HooksInstall)
    // A server is a person's own choice: no file that a team shares is changed unless that is said.
    const server = metadata.flags.scope?.setFromDefault ? 'user' : flags.scope
    const missing: KnownHost[] = []
    const choose = (found: readonly FoundHost[], surroundings: Surroundings) => {
      if (flags.host === undefined) missing.push(...hostsWithoutPlugin(this.config.root, found, surroundings))
      return chooseDetected(found, { named: flags.host ?? [], surroundings, missing })
    }
    if (flags.print) return this.#print(flags, choose)
    const { trust, allow } = flags
    const change = await changeHooks(this.rally, 'install', {
      flags,
      trust,
      allow,
      mcp: flags.mcp ? [server] : [],
      choose,
    })
    const { surroundings, repoRoot, changes } = change
    const changed = toJson(change, findSilence(this.rally.env, repoRoot)?.reason)
    const json = { ...changed, next_steps: [...changed.next_steps, ...missing.map(stepOf)] }
    const places = { home: surroundings.home, repoRoot, diff: flags.diff }
    return { json, text: (terminal) => toText(json, terminal, places), error: refusalError(changes) }
  }

  /** What would be written, for files that the person generates. */
  async #print(
    { scope, allow, workdir }: { scope: HookScope; allow: boolean; workdir: string },
    choose: (found: readonly FoundHost[], surroundings: Surroundings) => readonly InstallableHost[],
  ): Promise<Outcome> {
    const { env, hosts, discovery } = this.rally
    const repoRoot = await (scope === 'user' ? findRepoRoot : needRepoRoot)(discovery, workdir)
    const surroundings = makeSurroundings(env, repoRoot)
    const printed = printHosts(choose(await hosts.list(), surroundings), { scope, allow, surroundings })
    const json = { ...nothingChanged(scope), printed }
    return { json, text: () => printed.map(({ path, text }) => `# ${path}\n${text}`).join('\n') }
  }
}

/** Throws what `chooseHosts` throws, HOST_PLUGIN_MISSING and HOST_NOT_DETECTED. */
function chooseDetected(
  found: readonly FoundHost[],
  {
    named,
    surroundings,
    missing: [missing],
  }: { named: readonly string[]; surroundings: Surroundings; missing: readonly KnownHost[] },
): InstallableHost[] {
  const chosen = chooseHosts(found, named, (host) => isDetected(host, surroundings))
  if (chosen.length > 0) return chosen
  if (missing !== undefined) throw missingPlugin(missing)
  throw cliError('HOST_NOT_DETECTED', { example: exampleHost(found) })
}

function missingPlugin({ title, plugin, id }: KnownHost) {
  return cliError('HOST_PLUGIN_MISSING', { title, plugin, id })
}

function stepOf(host: KnownHost) {
  return { host: host.id, step: `${host.title} is used here: ${missingPlugin(host).hint}` }
}
