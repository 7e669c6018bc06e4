import { dirname, join } from 'node:path'
import type { HookScope, HostEnv } from '@rally/core/ports/host'
import { aimPayload } from './canary-payload.js'
import type { InstallableHost } from './host-tasks.js'
import { inspectHooks } from './inspect-hosts.js'
import type { FileInspection } from './inspection.js'
import { type InstalledCommand, installedCommands, pluginCommands, sampleCommands } from './installed-commands.js'
import { judgeRun, judgeStanding, type Verdict } from './judge-run.js'
import { PLAIN_RUNNER, runCommandLine } from './run-command-line.js'
import { sampleOf } from './sample-payload.js'
import type { Surroundings } from './surroundings.js'

/** What became of one installed command line. */
export interface VerifiedHook {
  readonly host: string
  readonly event: string
  readonly scope: HookScope
  readonly path: string
  readonly verdict: Verdict
  /** What was seen. */
  readonly reason: string
  /** What to do about it; null for one that fires. */
  readonly remedy: string | null
  /** Milliseconds; null when it was not run. */
  readonly ms: number | null
}

export interface VerifyOptions {
  readonly surroundings: Surroundings & { readonly repoRoot: string }
  /** A scratch folder: the canary room, its journal and its notes go there. */
  readonly scratch: string
  readonly sessionId: string
  readonly silenced?: string | undefined
  /** The person asks for this host: one that calls rally-hook of its own accord is fed its samples, too. */
  readonly isNamed?: boolean
  /** Ends a process and its children. */
  readonly killGroup: (pid: number) => void
  /** What rally-hook noted of its calls under the state folder of that environment, oldest first. */
  readonly readJournal: (
    env: Readonly<Record<string, string | undefined>>,
  ) => readonly { readonly host: string; readonly event: string; readonly code: string }[]
}

/** Runs every installed command line of the host, in the order of its templates, against a canary room. */
export async function verifyHost(host: InstallableHost, options: VerifyOptions): Promise<VerifiedHook[]> {
  const { surroundings, silenced } = options
  const inspection = inspectHooks(host, {
    surroundings,
    silenced: silenced === undefined ? undefined : { by: 'switch', reason: silenced },
  })
  const commands = [
    ...installedCommands(host, surroundings),
    ...pluginCommands(host, surroundings),
    ...(options.isNamed ? sampleCommands(host) : []),
  ]
  const verified: VerifiedHook[] = []
  for (const command of commands) {
    const file = inspection.files.find(
      (one) => one.path === command.path && (one.kind === 'hooks' || one.kind === 'plugin'),
    )
    verified.push(await verifyCommand(host, command, { ...options, file, commands }))
  }
  return verified
}

interface Circumstances extends VerifyOptions {
  readonly file: FileInspection | undefined
  readonly commands: readonly InstalledCommand[]
}

async function verifyCommand(
  host: InstallableHost,
  command: InstalledCommand,
  options: Circumstances,
): Promise<VerifiedHook> {
  const { adapter } = host
  const { event, scope, path } = command
  const answer = (verdict: Verdict, reason: string, remedy: string | null, ms: number | null = null): VerifiedHook => ({
    host: adapter.id,
    event,
    scope,
    path,
    verdict,
    reason,
    remedy,
    ms,
  })
  const sample = sampleOf(host, event)
  if (sample === 'missing') {
    return answer(
      'failed',
      'the plugin does not ship the payload that it names',
      'reinstall the plugin, or rally plugins update',
    )
  }
  if (sample === undefined) return answer('unverified', 'the plugin ships no recorded payload, so it was not run', null)
  const env = canaryEnv(host, options)
  const seen = options.readJournal(env).length
  const result = await runCommandLine({
    command: command.command,
    payload: JSON.stringify(aim(host, event, { payload: sample.payload, env, options })),
    runner: adapter.runner ?? PLAIN_RUNNER,
    cwd: scope === 'user' && adapter.runner?.userCwd === 'config' ? dirname(path) : options.surroundings.repoRoot,
    env,
    timeout: command.timeout,
    now: options.surroundings.now,
    killGroup: options.killGroup,
  })
  const note = options.readJournal(env).slice(seen).at(-1)
  if (!sample.recorded && note?.code === 'not-ours') {
    return answer(
      'unverified',
      'it runs, but the plugin ships no recorded payload that would show more',
      null,
      result.ms,
    )
  }
  const judged = judgeRun(result, note?.code, options.silenced)
  if (judged.verdict !== 'fired') return answer(judged.verdict, judged.reason, judged.remedy, result.ms)
  const standing = judgeStanding(host, command, options)
  if (standing) return answer(standing.verdict, standing.reason, standing.remedy, result.ms)
  return answer('fired', judged.reason, null, result.ms)
}

interface AimInput {
  readonly payload: Record<string, unknown>
  readonly env: HostEnv
  readonly options: Circumstances
}

/** The payload made to speak of this repository and of a session that does not exist; the adapter knows where they stand. */
function aim(
  { adapter }: InstallableHost,
  event: string,
  { payload, env, options }: AimInput,
): Record<string, unknown> {
  const moment = adapter.parse(event, payload, env)
  if (!moment) return payload
  const canary = { cwd: options.surroundings.repoRoot, sessionId: options.sessionId }
  return aimPayload(payload, moment, canary)
}

/** The environment of the host, with everything that rally writes pointed into the scratch folder. */
function canaryEnv({ adapter }: InstallableHost, options: Circumstances): Record<string, string | undefined> {
  const { surroundings, scratch, sessionId } = options
  const fill = (text: string): string =>
    text.replaceAll('{cwd}', surroundings.repoRoot).replaceAll('{session}', sessionId)
  const hosts = Object.entries(adapter.runner?.env ?? {}).map(([name, text]) => [name, fill(text)] as const)
  return {
    ...surroundings.env,
    ...Object.fromEntries(hosts),
    AGENT_RALLY_APPS_ROOT: join(scratch, 'apps'),
    AGENT_RALLY_DISCOVER: undefined,
    XDG_STATE_HOME: join(scratch, 'state'),
    XDG_CACHE_HOME: join(scratch, 'cache'),
  }
}
