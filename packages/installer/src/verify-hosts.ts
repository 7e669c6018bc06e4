import { readFileSync, realpathSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import type { HookSample, HookScope, HostEnv } from '@rally/core/ports/host'
import { aimPayload } from './canary-payload.js'
import type { InstallableHost } from './host-tasks.js'
import { type FileInspection, inspectHost } from './inspect-hosts.js'
import { type InstalledCommand, installedCommands } from './installed-commands.js'
import { type CommandLineResult, PLAIN_RUNNER, runCommandLine } from './run-command-line.js'
import type { Surroundings } from './surroundings.js'

/** `unverified`: the plugin ships no recorded payload of that event, and one made from another event says nothing. */
export const VERDICTS = ['fired', 'silent', 'failed', 'shadowed', 'double', 'unverified'] as const
export type Verdict = (typeof VERDICTS)[number]

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
  /** What rally-hook noted of its calls under the state folder of that environment, oldest first. */
  readonly readJournal: (
    env: Readonly<Record<string, string | undefined>>,
  ) => readonly { readonly host: string; readonly event: string; readonly code: string }[]
}

/** Runs every installed command line of the host, in the order of its templates, against a canary room. */
export async function verifyHost(host: InstallableHost, options: VerifyOptions): Promise<VerifiedHook[]> {
  const { surroundings, silenced } = options
  const inspection = inspectHost(host, { surroundings, silenced })
  const commands = installedCommands(host, surroundings)
  const verified: VerifiedHook[] = []
  for (const command of commands) {
    const file = inspection.files.find((one) => one.path === command.path && one.kind === 'hooks')
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
  const result = await runCommandLine(
    {
      command: command.command,
      payload: JSON.stringify(aim(host, event, { payload: sample.payload, env, options })),
      runner: adapter.runner ?? PLAIN_RUNNER,
      cwd: scope === 'user' && adapter.runner?.userCwd === 'config' ? dirname(path) : options.surroundings.repoRoot,
      env,
      timeout: command.timeout,
    },
    options.surroundings.now,
  )
  const note = options
    .readJournal(env)
    .slice(seen)
    .findLast((entry) => entry.event === event)
  if (!sample.recorded && note?.code === 'not-ours') {
    return answer(
      'unverified',
      'it runs, but the plugin ships no recorded payload that would show more',
      null,
      result.ms,
    )
  }
  const judged = judge(result, note?.code, options)
  if (judged.verdict !== 'fired') return answer(judged.verdict, judged.reason, judged.remedy, result.ms)
  const standing = judgeStanding(host, command, options)
  if (standing) return answer(standing.verdict, standing.reason, standing.remedy, result.ms)
  return answer('fired', judged.reason, null, result.ms)
}

interface Judgement {
  readonly verdict: Verdict
  readonly reason: string
  readonly remedy: string | null
}

const HEARD = new Set(['quiet', 'said', 'denied', 'busy'])

function judge(result: CommandLineResult, code: string | undefined, options: Circumstances): Judgement {
  if (result.failure !== undefined)
    return {
      verdict: 'failed',
      reason: `the shell could not be started: ${result.failure}`,
      remedy: 'install the shell that the host uses',
    }
  if (result.timedOut)
    return {
      verdict: 'failed',
      reason: 'the host would have killed it: it ran out of time',
      remedy: 'see rally doctor; rally hooks off silences hooks until then',
    }
  if (result.exit !== 0)
    return {
      verdict: 'failed',
      reason: `it exited with ${result.exit ?? 'a signal'}: ${firstLine(result.stderr)}`,
      remedy: 'reinstall rally: npm install --global @rally/cli',
    }
  if (code === undefined) {
    return options.silenced === undefined
      ? {
          verdict: 'silent',
          reason: 'it ended well, and rally-hook was never reached',
          remedy: 'put rally-hook on the PATH of the host: npm install --global @rally/cli',
        }
      : {
          verdict: 'shadowed',
          reason: options.silenced,
          remedy: 'switch hooks on again: rally hooks on --scope repo, or user',
        }
  }
  if (code === 'off')
    return {
      verdict: 'shadowed',
      reason: 'hooks are switched off in the configuration',
      remedy: 'switch them on again: rally hooks on --scope repo, or user',
    }
  if (!HEARD.has(code))
    return {
      verdict: 'failed',
      reason: `rally-hook was reached and gave up: ${code}`,
      remedy: 'rally doctor says more; docs/reference/hook-journal.md lists the codes',
    }
  return {
    verdict: 'fired',
    reason: code === 'quiet' ? 'it fired and had nothing to say' : `it fired (${code})`,
    remedy: null,
  }
}

/** A command line that works may still be started never, or twice. */
function judgeStanding(
  host: InstallableHost,
  command: InstalledCommand,
  { file, commands }: Circumstances,
): Judgement | undefined {
  const { adapter } = host
  if (file?.state === 'shadowed')
    return {
      verdict: 'shadowed',
      reason: file.notes[0] ?? 'it is switched off',
      remedy: `switch the hooks of ${adapter.title} on again`,
    }
  if (file?.state === 'untrusted')
    return {
      verdict: 'shadowed',
      reason: `${adapter.title} does not run it before it is trusted`,
      remedy: file.notes[0] ?? `trust it in ${adapter.title}`,
    }
  const same = commands.filter((one) => one.event === command.event)
  if (same.filter((one) => one.path === command.path).length > 1)
    return {
      verdict: 'double',
      reason: 'it stands in the file more than once',
      remedy: 'rally hooks install leaves it there once',
    }
  if (same.length > 1 && adapter.runner?.duplicates === 'twice')
    return {
      verdict: 'double',
      reason: `it is installed in both scopes, and ${adapter.title} runs both`,
      remedy: 'rally hooks uninstall --scope user (or project)',
    }
  return undefined
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

interface Sample {
  readonly payload: Record<string, unknown>
  readonly recorded: boolean
}

/** The recorded payload of an event; for an event without one, another event's under its name. */
function sampleOf({ adapter, root }: InstallableHost, event: string): Sample | 'missing' | undefined {
  const own = adapter.samples?.find((one) => one.event === event)
  const sample = own ?? adapter.samples?.[0]
  if (sample === undefined) return undefined
  const payload = readSample(root, sample)
  if (payload === undefined) return 'missing'
  if (own) return { payload, recorded: true }
  const renamed = Object.entries(payload).map(([key, value]) => [key, value === sample.event ? event : value] as const)
  return { payload: Object.fromEntries(renamed), recorded: false }
}

function readSample(root: string, sample: HookSample): Record<string, unknown> | undefined {
  try {
    const folder = realpathSync(root)
    const path = realpathSync(join(folder, sample.file))
    const value: unknown = path.startsWith(folder + sep) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0]?.slice(0, 200) || 'without a word'
}
