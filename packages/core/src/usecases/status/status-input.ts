import type { HookState } from '../../model/hook-states.js'
import type { SessionIdentity } from '../../model/session-identity.js'
import type { RoomContext } from '../context.js'

/** A room, and who is asking where that can be told; `candidates` are the ids of several that may be. */
export type StatusContext = RoomContext & {
  readonly session?: SessionIdentity | undefined
  readonly candidates?: readonly string[] | undefined
}

/** A session that may be asking. */
export interface SessionCandidate {
  readonly session_id: string
  readonly name: string
}

/** What the judgement of a room depends on beside the room; all of it optional. */
export interface StatusInput {
  /** The task that the session should be on. */
  readonly taskRef?: string | undefined
  /** Seconds by which a check-in may be late; default 60. */
  readonly graceSeconds?: number | undefined
  /** Absolute path; without it the coordination port says which file counts. */
  readonly coordinationFile?: string | undefined
  /** Files that are this session's own, relative to the repository; one that ends in `/` covers everything below. */
  readonly ownedFiles?: readonly string[] | undefined
  /** Files that this session is editing; default: what its presence says. */
  readonly filesInFlight?: readonly string[] | undefined
  /** List only changes after this revision. */
  readonly sinceRevision?: number | undefined
  readonly maxChanges?: number | undefined
  /** List faded changes too. */
  readonly includeArchived?: boolean | undefined
  /** State of the hooks per host id. */
  readonly hooks?: Readonly<Record<string, HookState>> | undefined
  /** Files that rally itself wrote into the repository, relative to it: nobody's work. */
  readonly ownFiles?: readonly string[] | undefined
  /** Who may see first lines of prompts; default: people. */
  readonly prompts?: 'person' | 'agents' | 'off' | undefined
  /** Progress of a first, long read of the log (done and total, same unit). */
  readonly onProgress?: ((done: number, total: number) => void) | undefined
}
