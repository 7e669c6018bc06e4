import { isSafeId } from '@rally/core/ids'
import type { RingTarget } from '@rally/core/ports/doorbell'
import type { HostCommandRing } from '@rally/core/ports/host'
import { RING_SENTENCE } from '@rally/core/rules/ring/ring-sentence'
import { runProgram } from '../system/run-program.js'
import type { Env } from '../system/user-dirs.js'

const TIMEOUT_MS = 15_000

/** Runs the host's own command, without a shell and not in the repository. Undefined when it was taken, else why not. */
export async function ringCommand(
  { command }: HostCommandRing,
  { sessionId }: RingTarget,
  env: Env,
): Promise<string | undefined> {
  const [program, ...args] = command.map((word) =>
    word.replace('{session}', sessionId).replace('{text}', RING_SENTENCE),
  )
  // An id that begins with a dash would be read as an option.
  if (program === undefined || !isSafeId(sessionId) || sessionId.startsWith('-')) return 'its id cannot be passed on'
  const end = await runProgram(program, args, { cwd: env.HOME || '/', env, timeoutMs: TIMEOUT_MS, maxBytes: 1 << 20 })
  if (end.kind === 'exited' && end.code === 0) return undefined
  if (end.kind === 'timed-out') return `${program} took too long`
  return end.kind === 'exited' ? `${program} ended with ${end.code}` : `${program} could not be run: ${end.reason}`
}
