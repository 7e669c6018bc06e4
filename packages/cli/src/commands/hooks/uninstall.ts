import * as Flags from '@oclif/core/flags'
import type { FoundHost, HookScope } from '@rally/core/ports/host'
import { inspectHost, uninstallEverywhere } from '@rally/installer'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { changeHooks, type HookChange } from '../../installing/change-hooks.js'
import { chooseHosts } from '../../installing/choose-hosts.js'
import { dryRunFlag, hookFlags, scopeFlag } from '../../installing/hook-flags.js'
import { makeSurroundings } from '../../installing/make-surroundings.js'
import { type Purged, purge } from '../../installing/purge.js'
import { refusalError } from '../../installing/refusal-error.js'
import { endBetweenSteps } from '../../streaming.js'
import { toJson, toText } from '../../views/setup/hook-changes.js'

export default class HooksUninstall extends RallyCommand {
  static override summary = "Take rally's hooks out of the configuration of the hosts again."
  static override description =
    `A file that nobody else has changed since is restored exactly; otherwise only what rally put in is taken out, with the trust
and the permissions that it wrote, and what told a host of rally mcp. Files and folders that rally made go. Without --host: every host. Run it with --everywhere
before npm uninstall, which cannot clean up in other programs. --purge also removes what rally keeps for itself; rooms stay.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --host codex --scope user',
    '<%= config.bin %> <%= command.id %> --everywhere --dry-run',
  ]
  static override flags = {
    ...hookFlags,
    ...scopeFlag,
    ...dryRunFlag,
    everywhere: Flags.boolean({
      summary: 'Every place of this machine that rally hooks list shows.',
      exclusive: ['scope'],
    }),
    purge: Flags.boolean({
      summary: "Also rally's own settings, records and caches; lists them, and needs --yes.",
      dependsOn: ['everywhere'],
    }),
    yes: Flags.boolean({ summary: 'With --purge: remove what it lists.', dependsOn: ['purge'] }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags, metadata } = await this.parse(HooksUninstall)
    const servers = metadata.flags.scope?.setFromDefault ? (['project', 'user'] as const) : [flags.scope]
    const choose = (found: readonly FoundHost[]) => chooseHosts(found, flags.host ?? [])
    const change = flags.everywhere
      ? await this.#everywhere(choose, flags['dry-run'])
      : await changeHooks(this.rally, 'uninstall', { flags, mcp: servers, choose })
    const left = flags.everywhere ? [] : elsewhere(change, flags.scope)
    const error = refusalError(change.changes)
    const purged = this.#purge(flags, error !== undefined)
    const json = { ...toJson(change), left, purged: [...purged] }
    const places = { home: change.surroundings.home, repoRoot: change.repoRoot, diff: flags.diff }
    return { json, text: (terminal) => toText(json, terminal, places), error }
  }

  async #everywhere(
    choose: (found: readonly FoundHost[]) => HookChange['hosts'],
    dryRun: boolean,
  ): Promise<HookChange> {
    const hosts = choose(await this.rally.hosts.list())
    const surroundings = makeSurroundings(this.rally.env, undefined)
    const done = await endBetweenSteps(() => uninstallEverywhere(hosts, { surroundings, dryRun }))
    const changes = done.map((one) => ({ ...one, scope: 'user', trustSteps: [], restart: [] }) as const)
    const rest = {
      scope: 'user',
      dryRun,
      restart: [],
      repoRoot: undefined,
      byPlugin: [],
      notRun: [],
      notes: [],
    } as const
    return { hosts, changes, surroundings, ...rest }
  }

  /** What a record is still needed for stays. */
  #purge(flags: { purge: boolean; yes: boolean; 'dry-run': boolean }, refused: boolean): readonly Purged[] {
    if (!flags.purge || refused) return []
    return purge(this.rally.env, { dataDir: this.config.dataDir, yes: flags.yes && !flags['dry-run'] })
  }
}

/** Paths of what stays installed in other scopes. */
function elsewhere({ hosts, surroundings }: HookChange, scope: HookScope): string[] {
  return hosts
    .flatMap((host) => inspectHost(host, { surroundings }).files)
    .filter((file) => file.kind !== 'plugin' && file.scope !== scope && !['absent', 'unknown'].includes(file.state))
    .map(({ path }) => path)
}
