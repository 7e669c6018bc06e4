import type { Moment, MomentReply } from '@rally/core/model/moment'
import type { HostAdapter } from '@rally/core/ports/host'
import type { JsonObject } from '@rally/core/readers'
import type { Env } from '@rally/local/system/user-dirs'

/** A call that the host may make again. */
export interface GateCall {
  readonly adapter: Pick<HostAdapter, 'gate' | 'render'>
  readonly payload: JsonObject
}

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
  /** What the host said, which a note for the gate speaks of; without it none is written. */
  readonly call?: GateCall | undefined
  /** The gate announced the file of this edit before it handed over. */
  readonly isBegun?: boolean
  /**
   * Hands the reply to the host; false when it could not be written. Called exactly once. `about` tells apart replies of the
   * same words: which edits of others they speak of.
   */
  readonly write: (reply: MomentReply, about?: string) => boolean
}

/** Between these steps other hooks may do anything; tests interleave them. */
export type Step = 'claimed' | 'looked' | 'prepared' | 'written' | 'noted'
