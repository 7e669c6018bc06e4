import type { Claim } from '../model/claim.js'
import type { Peer } from './room.js'

/** A claim of somebody else that names a file which a session edits. */
export interface ClaimNamed {
  readonly claim: Claim
  /** Its pattern that names the file. */
  readonly pattern: string
}

/** The session behind a claim that holds, and whether it is surely alive. */
export interface ClaimHolder {
  readonly peer: Peer
  readonly live: boolean
}
