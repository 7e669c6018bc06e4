import type { Claim } from '../../model/claim.js'
import type { Presence } from '../../model/presence.js'
import { hostCompany } from '../presence/host-company.js'
import { isReaderStub, judgeLife, type LifeOptions, silenceOf } from '../presence/life.js'
import { isPerson } from '../roster/person.js'

/** What is known of the session that holds a claim. */
export interface HolderFacts {
  /** It ended, or its process is gone: for certain. */
  readonly gone: boolean
  /** It was heard of within its rhythm, or its process runs. */
  readonly live: boolean
  /** Epoch seconds of its last sign of life; 0 where none is known. */
  readonly lastSeen: number
}

/** Until when a claim holds if nothing more is heard of its session (epoch seconds). */
export function claimEnd(claim: Pick<Claim, 'until' | 'secs'>, { lastSeen }: Pick<HolderFacts, 'lastSeen'>): number {
  return Math.max(claim.until, lastSeen + claim.secs)
}

/**
 * Whether a claim holds: while its session is not gone, until the later of its end and the session's last sign of life plus
 * the claim's length. So nobody has to renew it, and it ends by itself.
 */
export function holdsClaim(
  claim: Pick<Claim, 'until' | 'secs'>,
  facts: Pick<HolderFacts, 'gone' | 'lastSeen'>,
  now: number,
): boolean {
  return !facts.gone && now < claimEnd(claim, facts)
}

/**
 * The record of a session of another machine may come so much later than its claim (seconds). Of a claim that names no machine by
 * its id it cannot be told whose it is: machines may share a name.
 */
const RECORD_LATE_SECS = 60

/**
 * How a holder is judged. `machine` is this machine's id, `host` its name, for claims of programs that know no ids; each is asked
 * when it matters. Without them no absence proves anything.
 */
export interface HolderOptions extends LifeOptions {
  readonly host?: (() => string | undefined) | undefined
  readonly machine?: (() => string | undefined) | undefined
  /** How late a record may be (seconds); without it a minute. */
  readonly lateSecs?: number
}

/**
 * What is known of a claim's holder. A session of this machine without a record has left the room; of one of another machine
 * the record may only be late.
 */
export function judgeHolder(
  claim: Pick<Claim, 'session_id' | 'tool' | 'host' | 'machine' | 'until' | 'secs'>,
  presence: Presence | undefined,
  options: HolderOptions,
): HolderFacts {
  // A person is never gone, and gives no signs of life: such a claim ends by time only.
  if (isPerson(claim)) return { gone: false, live: true, lastSeen: 0 }
  if (presence === undefined || isReaderStub(presence)) {
    const isLate =
      claim.machine === undefined && options.now < claim.until - claim.secs + (options.lateSecs ?? RECORD_LATE_SECS)
    return { gone: !isLate && isOfHere(claim, options), live: false, lastSeen: 0 }
  }
  const life = judgeLife(presence, options)
  const seen = Math.max(0, options.now - silenceOf(presence, options))
  return { gone: life === 'gone', live: life === 'live', lastSeen: seen }
}

/** The same for all sessions of a room. */
export function holderFacts(
  sessions: readonly Presence[],
  { host, ...options }: Omit<HolderOptions, 'company' | 'host'> & { readonly host?: string | undefined },
): (claim: Pick<Claim, 'session_id' | 'tool' | 'host' | 'machine' | 'until' | 'secs'>) => HolderFacts {
  const company = hostCompany(sessions)
  const records = new Map(sessions.map((presence) => [presence.session_id, presence]))
  return (claim) => judgeHolder(claim, records.get(claim.session_id), { ...options, company, host: () => host })
}

function isOfHere({ host, machine }: Pick<Claim, 'host' | 'machine'>, here: HolderOptions): boolean {
  return machine === undefined ? host === here.host?.() : machine === here.machine?.()
}
