import type { InFlight } from '../model/in-flight.js'
import type { TellingRecord } from '../model/telling.js'

/** The first line of a session's last prompt. Private to this machine: never relayed, never told to other agents. */
export interface PromptNote {
  /** One line, cleaned, at most 80 characters, what looks like a key masked. */
  readonly text: string
  /** Epoch seconds. */
  readonly at: number
}

/** A warning that a session was given. */
export interface GivenWarning {
  readonly sessionId: string
  /** Relative to the working tree of that session. */
  readonly path: string
  readonly peer: string
  readonly kind: 'collision' | 'merge-risk' | 'claim'
}

/** Which tellings are asked for. */
export interface TellingQuery {
  /** Epoch seconds; without it all that are kept. */
  readonly since?: number | undefined
  /** Only those of these sessions. */
  readonly sessions?: readonly string[] | undefined
}

/**
 * What hooks of this machine keep beside the stores of a room. All calls answer what can be read, and nothing where there is
 * nothing; they never fail for a damaged file.
 */
export interface ActivityPort {
  /** Files that sessions of this machine hold, one entry per session, working tree and file. */
  inFlight(now: number): Promise<readonly InFlight[]>
  /** Files that sessions which have ended had edited, where others had, too; nobody holds them. */
  left?(now: number): Promise<readonly InFlight[]>
  /** By session id. */
  prompts(): Promise<ReadonlyMap<string, PromptNote>>
  warnings(): Promise<readonly GivenWarning[]>
  /** What sessions were told, when and why, oldest first; kept for `history.days`. */
  tellings(query?: TellingQuery): Promise<readonly TellingRecord[]>
}
