import type { SessionIdentity } from '../model/session-identity.js'

/** What a caller already knows; every field is optional (flags of a command, arguments of a library call). */
export interface IdentityClues {
  readonly sessionId?: string | undefined
  readonly tool?: string | undefined
  readonly model?: string | undefined
  readonly runId?: string | undefined
  readonly host?: string | undefined
  readonly cwd?: string | undefined
  readonly pid?: number | undefined
  readonly parent?: string | undefined
}

/**
 * Who is asking. Sources in order: clues (flags), `RALLY_*` variables, each host adapter's `identify(env)`, the session
 * that a hook registered for an ancestor process.
 */
export interface IdentityPort {
  /** The session that asks. Throws RallyError SESSION_UNKNOWN, SESSION_AMBIGUOUS or UNSAFE_ID. */
  resolve(clues: IdentityClues): Promise<SessionIdentity>
  /** As `resolve`, but undefined when nobody can be told (UNSAFE_ID and SESSION_AMBIGUOUS still throw). */
  find(clues: IdentityClues): Promise<SessionIdentity | undefined>
}
