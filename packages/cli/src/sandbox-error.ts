import { isRallyError, RallyError } from '@rally/core/errors'
import type { HostAdapter, HostEnv } from '@rally/core/ports/host'
import { CONSENTED_COMMANDS } from '@rally/core/rules/host/consented-commands'

/** What a command that could not write looks at, to say why. */
export interface SandboxFacts {
  readonly env: HostEnv
  readonly adapters: readonly HostAdapter[]
  /** Folder of the rooms. */
  readonly rooms: string
  /** The command that failed, without its topic's words: `tell`, `inbox`. */
  readonly command: string
}

/** What a system answers to a write that a sandbox does not allow. */
const REFUSALS = new Set(['EROFS', 'EACCES', 'EPERM'])
/** Failures to write into a room; any other was on its way to a file that agents have no business with. */
const OF_ROOMS = new Set(['NOT_STORED', 'CHANNEL_UNUSABLE', 'LOCK_UNAVAILABLE'])
/** A chain of causes longer than this goes round in a circle. */
const DEEPEST = 8

/** The code of the system error behind a failure, if it is one by which a sandbox keeps a program from writing. */
export function refusedWrite(thrown: unknown): string | undefined {
  let error = thrown
  for (let depth = 0; depth < DEEPEST && error instanceof Error; depth++) {
    const { code } = error as { code?: unknown }
    if (typeof code === 'string' && REFUSALS.has(code)) return code
    error = error.cause
  }
  const errno = isRallyError(thrown) ? thrown.details.errno : undefined
  return typeof errno === 'string' && REFUSALS.has(errno) ? errno : undefined
}

/**
 * The failure with the sandbox named and what opens the room, where the command runs in the sandbox of a host; else the failure
 * as it is. A read-only room below an agent of a host whose every sandbox makes it so is proof enough.
 */
export function nameSandbox(
  failure: RallyError,
  errno: string,
  { env, adapters, rooms, command }: SandboxFacts,
): RallyError {
  const host = adapters.find((adapter) => isInside(adapter, errno, env))
  if (host?.sandbox === undefined) return failure
  const isCured = OF_ROOMS.has(failure.code) && CONSENTED_COMMANDS.some((one) => one === command)
  const byRally = host.consents?.length ? `rally hooks install --host ${host.id} --allow` : undefined
  const hint = isCured
    ? `outside of ${host.title}: ${byRally ?? host.sandbox.step.replaceAll('{rooms}', rooms)}`
    : `run it yourself, in a terminal outside of ${host.title}`
  const message = `${failure.message}; ${host.title} runs this command in its sandbox`
  const entry = { exit: failure.exit, message: () => message, hint: () => hint }
  return new RallyError(failure.code, { ...failure.details, sandbox: host.id }, { cause: failure, entry })
}

function isInside({ sandbox, identify }: HostAdapter, errno: string, env: HostEnv): boolean {
  if (sandbox === undefined) return false
  const set = Object.entries(sandbox.variables).some(([name, value]) =>
    value === '' ? Boolean(env[name]) : env[name] === value,
  )
  return set || (sandbox.readOnly === true && errno === 'EROFS' && identify(env) !== undefined)
}
