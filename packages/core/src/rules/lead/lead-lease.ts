import type { Lease } from '../../model/lease.js'
import type { SessionIdentity } from '../../model/session-identity.js'
import { isObject, type JsonObject, num, obj, str } from '../../readers.js'
import { formatIsoMicros, parseIsoTime } from '../text/iso-time.js'

/** Minutes that a lease lasts unless the session says otherwise, or names the size of its work (protocol section 9). */
export const LEASE_MINUTES = 15
export const LEASE_MINUTES_BY_SIZE = { small: 30, large: 120 } as const

const CONFLICT_RULE = 'owner decides owned chunk; lead decides integration; user decides strategy conflict'

/** The seat as found: nobody (or nothing readable) in it, somebody, or somebody whose time is over. */
export type Seat =
  | { readonly state: 'empty' }
  | { readonly state: 'held' | 'expired' | 'endless'; readonly sessionId: string; readonly until: string }

/**
 * Who has the seat at `now` (epoch seconds). A lease whose end cannot be read is `endless`: its holder may renew or give
 * it up, nobody may take it (protocol section 9), until as much time as any lease lasts has gone by since it was written.
 */
export function readSeat(value: unknown, now: number, writtenAt?: number): Seat {
  const lead = isObject(value) ? value.lead : undefined
  if (!isObject(lead)) return { state: 'empty' }
  const until = str(lead.lease_until)
  const end = parseIsoTime(until)
  const last = writtenAt === undefined ? Number.POSITIVE_INFINITY : writtenAt + longestOf(lead) * 60
  const state = end === undefined ? (last > now ? 'endless' : 'expired') : end > now ? 'held' : 'expired'
  return { state, sessionId: str(lead.session_id), until }
}

/** Minutes after which a holder would have written the lease again. */
function longestOf(lead: JsonObject): number {
  return Math.max(LEASE_MINUTES_BY_SIZE.large, num(lead.renew_every_minutes) ?? 0)
}

export interface Grant {
  readonly session: Pick<SessionIdentity, 'sessionId' | 'tool' | 'model' | 'runId'>
  /** Epoch seconds. */
  readonly now: number
  readonly minutes?: number | undefined
  readonly workSize?: 'small' | 'large' | undefined
}

/** A lease for somebody who takes the seat. */
export function grantLease({ session, now, minutes, workSize }: Grant): Lease {
  const window = minutes ?? (workSize === undefined ? LEASE_MINUTES : LEASE_MINUTES_BY_SIZE[workSize])
  return {
    schema_version: '1.0',
    run_id: session.runId,
    lead: {
      session_id: session.sessionId,
      tool: session.tool,
      model: session.model,
      lease_until: endOf(now, window),
      renew_every_minutes: window,
      work_size: workSize ?? 'large',
      parent_lead: null,
      max_direct_reports: 4,
      current_reports: [],
      owns: ['plan', 'merge_order', 'closeout'],
    },
    chunk_owners: {},
    conflict_rule: CONFLICT_RULE,
  }
}

/** The stored lease with a new window, for its holder or for a successor; keys that rally does not know stay. */
export function extendLease(
  value: unknown,
  change: { now: number; minutes?: number | undefined; successor?: { sessionId: string; tool: string; model: string } },
): JsonObject {
  const stored = obj(value)
  const lead = obj(stored.lead)
  const known = num(lead.renew_every_minutes)
  const minutes = change.minutes ?? (known !== undefined && known > 0 ? known : LEASE_MINUTES)
  const { successor } = change
  return {
    ...stored,
    lead: {
      ...lead,
      ...(successor === undefined
        ? {}
        : { session_id: successor.sessionId, tool: successor.tool, model: successor.model }),
      lease_until: endOf(change.now, minutes),
      renew_every_minutes: minutes,
    },
  }
}

function endOf(now: number, minutes: number): string {
  return formatIsoMicros(now + minutes * 60)
}
