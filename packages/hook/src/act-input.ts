import type { Moment, MomentReply } from '@rally/core/model/moment'
import type { HostAdapter } from '@rally/core/ports/host'
import type { Env } from '@rally/local/system/user-dirs'
import type { QuietCall } from './quiet-edit.js'

export interface ActInput {
  readonly moment: Moment
  readonly adapter: Pick<HostAdapter, 'id' | 'capabilities' | 'conversations' | 'shortName'>
  readonly env: Env
  /** Epoch seconds. */
  readonly now: number
  /** Name of this machine; asked only when it matters. */
  readonly machine: () => string
  /** This process. */
  readonly hookPid: number
  /** Called when the session had no record yet. */
  readonly onEntry?: () => void
  /** The call itself, which a note of a quiet edit speaks of; without it none is written. */
  readonly call?: QuietCall | undefined
  /** Hands the reply to the host; false when it could not be written. Called exactly once. */
  readonly write: (reply: MomentReply) => boolean
}

/** Between these steps other hooks may do anything; tests interleave them. */
export type Step = 'claimed' | 'looked' | 'prepared' | 'written' | 'noted'
