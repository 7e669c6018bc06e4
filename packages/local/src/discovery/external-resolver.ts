import { dirname, isAbsolute } from 'node:path'
import type { Channel } from '@rally/core/model/channel'
import { isObject, parseJson, str, text } from '@rally/core/readers'
import { acceptsProtocol } from '@rally/core/rules/log/protocol-range'
import { runProgram } from '../system/run-program.js'
import type { Env } from '../system/user-dirs.js'
import { innerTimeout } from './hook-budget.js'

const CHILD_MARGIN_SECONDS = 1.2
const ANSWER_BYTES = 1024 * 1024

/** The program that the user put in charge of finding channels (protocol section 1, resolver order), if any. */
export function externalResolver(env: Env): string | undefined {
  return env.BUILD_LOOP_BRIDGE_INTERNAL_ONLY === '1' ? undefined : text(env.AGENT_RALLY_DISCOVER)
}

/**
 * The channel that `program --json` names when it runs in the repository root, or the reason why its answer cannot be
 * used. `embedded` is the channel that rally finds by itself: it supplies what the answer leaves out.
 */
export async function askExternalResolver(
  program: string,
  embedded: Channel,
  env: Env,
): Promise<Channel | { readonly failure: string }> {
  const end = await runProgram(program, ['--json'], {
    cwd: embedded.repoRoot ?? dirname(embedded.dir),
    // The program may well be one of rally's own.
    env: { ...env, AGENT_RALLY_DISCOVER: undefined },
    timeoutMs: innerTimeout(CHILD_MARGIN_SECONDS, env.RALLY_HOOK_BUDGET_MS) * 1000,
    maxBytes: ANSWER_BYTES,
  })
  if (end.kind === 'timed-out') return { failure: 'it took too long' }
  if (end.kind === 'failed') return { failure: end.reason }
  if (end.code !== 0) return { failure: `it ended with ${end.code}` }
  return readAnswer(end.stdout, embedded) ?? { failure: 'its answer names no channel' }
}

function readAnswer(stdout: string, embedded: Channel): Channel | undefined {
  const answer = parseJson(stdout)
  if (!isObject(answer)) return undefined
  const dir = str(answer.channel_dir)
  const app = text(answer.app_slug)
  if (!isAbsolute(dir) || dir.includes('\0') || !app) return undefined
  const version = readVersion(answer.protocol_version)
  const legacy = text(answer.legacy_channel_dir)
  const unavailable =
    text(answer.coordination_unavailable) ?? (acceptsProtocol(version) ? undefined : 'incompatible_protocol')
  return {
    app,
    dir,
    appsRoot: embedded.appsRoot,
    repoRoot: embedded.repoRoot,
    worktree: embedded.worktree,
    commonDir: null,
    resolvedVia: 'agent-rally-point',
    resolvedViaDetail: 'env-override',
    channelLayout: str(answer.channel_layout, 'unknown'),
    policy: str(answer.policy, 'unknown'),
    protocolVersion: version,
    legacyChannelDir: legacy && isAbsolute(legacy) ? legacy : null,
    ...(unavailable && { coordinationUnavailable: unavailable }),
  }
}

/** Text, or a number; a resolver that names none speaks the first one. */
function readVersion(value: unknown): string {
  return typeof value === 'number' ? String(value) : (text(value) ?? '1.0')
}
