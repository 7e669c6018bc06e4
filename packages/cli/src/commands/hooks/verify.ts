import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as Flags from '@oclif/core/flags'
import { type InstallableHost, type VerifiedHook, verifyHost } from '@rally/installer'
import { readJournal } from '@rally/local/hook-files/hook-journal'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { chooseHosts, exampleHost } from '../../installing/choose-hosts.js'
import { hookFlags } from '../../installing/hook-flags.js'
import { makeSurroundings } from '../../installing/make-surroundings.js'
import { needRepoRoot } from '../../installing/repo-root.js'
import { repositorySettings } from '../../installing/repository-says.js'
import { findSilence } from '../../installing/silenced.js'
import { toError, toJson, toText } from '../../views/setup/hooks-verify.js'

/** A hook that its host would have killed by now, with what it started. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {}
}

export default class HooksVerify extends RallyCommand {
  static override summary = 'Run every installed hook as its host would, and say whether it does its work.'
  static override description =
    `Each line runs in the host's shell, folder and environment with a recorded payload; what it writes goes to a scratch room
that is thrown away. fired: all is well. silent: it ends and nothing happens. failed: it breaks. off: it works, and something
keeps the host from running it. double: the host runs it twice. Exits 1 unless all fire.`
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --host codex']
  static override flags = { ...hookFlags, all: Flags.boolean({ summary: 'Also the hooks that work.' }) }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(HooksVerify)
    const repoRoot = await needRepoRoot(this.rally.discovery, flags.workdir)
    const hosts = chooseHosts(await this.rally.hosts.list(), flags.host ?? [])
    const hooks = await this.#verify(hosts, repoRoot, flags.host !== undefined)
    const json = toJson(hooks, repoRoot, repositorySettings(this.rally.env, repoRoot))
    return {
      json,
      text: (terminal) => toText(json, { ...terminal, all: flags.all }),
      error: toError(json, exampleHost(hosts)),
    }
  }

  async #verify(hosts: readonly InstallableHost[], repoRoot: string, isNamed: boolean): Promise<VerifiedHook[]> {
    const { env, ids } = this.rally
    const scratch = mkdtempSync(join(tmpdir(), 'rally-verify-'))
    try {
      const silence = findSilence(env, repoRoot)
      // A program that is missing shows when the lines run.
      const silenced = silence?.by === 'switch' ? silence.reason : undefined
      const surroundings = { ...makeSurroundings(env, repoRoot), repoRoot }
      const hooks: VerifiedHook[] = []
      for (const host of hosts) {
        const sessionId = `rally-verify-${ids.hex(12)}`
        const options = { surroundings, scratch, sessionId, silenced, killGroup, readJournal, isNamed }
        hooks.push(...(await verifyHost(host, options)))
      }
      return hooks
    } finally {
      rmSync(scratch, { recursive: true, force: true })
    }
  }
}
