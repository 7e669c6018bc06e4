import type { Presence } from '../../model/presence.js'
import type { Machine } from '../../ports/machine.js'
import { strings } from '../../readers.js'
import type { HostProcessProbe, LifeTimes } from '../presence/life.js'
import { holderFacts, holdsClaim } from './claim-holds.js'
import { readClaims } from './read-claims.js'

export interface ClaimsContext {
  /** Epoch seconds. */
  readonly now: number
  readonly hostProcess?: HostProcessProbe | undefined
  /** Name of this machine, and its id. */
  readonly host?: string | undefined
  readonly machine?: Machine | undefined
}

export interface StoredClaims {
  /** The room's claims as they are stored. */
  readonly stored: unknown
  readonly sessions: readonly Presence[]
  readonly times: LifeTimes
}

/** Claims that hold. Of a session that the room's claims do not know its record counts: other programs write only that. */
export function claimsBySession(
  { now, hostProcess, host, machine }: ClaimsContext,
  { stored, sessions, times }: StoredClaims,
): Map<string, readonly string[]> {
  const here = { host, machine: () => machine?.id() }
  const factsOf = holderFacts(sessions, { now, ...times, ...here, hostProcess })
  const { claims, lost = [] } = readClaims(stored, now)
  const known = new Set([...claims, ...lost].map(({ session_id }) => session_id))
  const kept = new Map<string, readonly string[]>()
  for (const presence of sessions) {
    const owns = strings(presence.owns)
    if (owns.length > 0 && !known.has(presence.session_id)) kept.set(presence.session_id, owns)
  }
  for (const claim of claims) {
    if (!holdsClaim(claim, factsOf(claim), now)) continue
    kept.set(claim.session_id, [...new Set([...(kept.get(claim.session_id) ?? []), ...claim.patterns])])
  }
  return kept
}
