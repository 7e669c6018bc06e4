import type { HooksStatusOutput } from '@rally/core/model/outputs/hooks-status'
import { type HostInspectionResult, inspectHost } from '@rally/installer'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { findOnPath } from '../../doctor/checks/version.js'
import { chooseHosts, isDetected } from '../../installing/choose-hosts.js'
import { hookFlags } from '../../installing/hook-flags.js'
import { makeSurroundings } from '../../installing/make-surroundings.js'
import { findRepoRoot } from '../../installing/repo-root.js'
import { findSilence } from '../../installing/silenced.js'
import { renderHooksStatus } from '../../views/setup/hooks-status.js'

export default class HooksStatus extends RallyCommand {
  static override summary = "Say how rally's hooks stand in every host, file by file."
  static override description =
    `installed, stale (an older or incomplete form), absent, shadowed (something keeps them from running), untrusted (the host waits
for your consent), unknown (a file cannot be read). Reads files only; rally hooks verify runs the lines.`
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --host codex']
  static override flags = { ...hookFlags }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(HooksStatus)
    const { env, hosts, discovery } = this.rally
    const repoRoot = await findRepoRoot(discovery, flags.workdir)
    const surroundings = makeSurroundings(env, repoRoot)
    const silenced = findSilence(env, repoRoot)?.reason
    const items = chooseHosts(await hosts.list(), flags.host ?? []).map((host) => ({
      ...inspectHost(host, { surroundings, silenced }),
      detected: isDetected(host, surroundings),
    }))
    const json: HooksStatusOutput = {
      repo_root: repoRoot ?? null,
      rally_hook: findOnPath('rally-hook', env) ?? null,
      silenced: silenced ?? null,
      hosts: items.map(hostJson),
    }
    return { json, text: (terminal) => renderHooksStatus(json, terminal, { home: surroundings.home, repoRoot }) }
  }
}

function hostJson(item: HostInspectionResult & { readonly detected: boolean }): HooksStatusOutput['hosts'][number] {
  const { host, title, state, detected, notes, files } = item
  return {
    id: host,
    title,
    state,
    detected,
    notes: [...notes],
    files: files.map(({ kind, scope, path, state: fileState, events, notes: fileNotes, refusal }) => ({
      kind,
      scope,
      path,
      state: fileState,
      events: events.map((event) => ({ ...event })),
      notes: [...fileNotes],
      line: refusal?.line ?? null,
      column: refusal?.column ?? null,
    })),
  }
}
