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
 * The session of the room that a word names (its id, its short name, a unique beginning of a long id), and its tool where it is known.
 * Undefined when the room knows none: the word then is the id of a session that begins.
 */
export type SessionLookup = (word: string) => Promise<{ sessionId: string; tool?: string | undefined } | undefined>

/**
 * Who is asking. Sources in order: clues (flags), `RALLY_*` variables, each host adapter's `identify(env)`, the session
 * that a hook registered for an ancestor process, and outside of every host the person: tool `human`, session
 * `human.<user>`. A tool that is named without a session, and a host's shell without one, are nobody: never the person.
 */
export interface IdentityPort {
  /** The session that asks. Throws RallyError SESSION_UNKNOWN, SESSION_AMBIGUOUS or UNSAFE_ID. */
  resolve(clues: IdentityClues, room?: SessionLookup): Promise<SessionIdentity>
  /** As `resolve`, but undefined when nobody can be told (UNSAFE_ID and SESSION_AMBIGUOUS still throw). */
  find(clues: IdentityClues, room?: SessionLookup): Promise<SessionIdentity | undefined>
  /** The session id of the person whose machine this is, whoever asks. */
  person(): string
}
