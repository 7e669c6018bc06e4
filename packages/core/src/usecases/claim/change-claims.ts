import { isRallyError, RallyError } from '../../errors.js'
import type { Claim, ClaimsDocument } from '../../model/claim.js'
import type { LeaseState } from '../../ports/transport.js'
import type { JsonObject } from '../../readers.js'
import { claimEnd, holderFacts, holdsClaim } from '../../rules/claim/claim-holds.js'
import { CLAIMS, readClaims } from '../../rules/claim/read-claims.js'
import { personName } from '../../rules/roster/person.js'
import { sessionNames, shownId, shownName } from '../../rules/roster/shown-names.js'
import type { RoomContext, SessionContext } from '../context.js'
import { decideLease } from '../lease/decide-lease.js'
import { draftRecord } from '../log/draft-record.js'
import { readLifeTimes } from '../presence/life-times.js'
import { withFormerNames } from '../roster/names-of-authors.js'

/** The claims as they stand, and which of them hold now. */
export interface ClaimsSeen {
  readonly document: ClaimsDocument
  readonly now: number
  holds(claim: Claim): boolean
  /** When a claim ends if nothing more is heard of its session (epoch seconds). */
  ends(claim: Claim): number
  /** What its session is called in this room. */
  nameOf(claim: Claim): string
  /** What the one who made it for that session is called; null for a claim of one's own. */
  makerOf(claim: Claim): string | null
}

/** Looks at claims and sessions of the room. */
export async function lookAtClaims(
  ctx: RoomContext & { session?: SessionContext['session'] | undefined },
): Promise<ClaimsSeen> {
  return judgeClaims(ctx, await ctx.transport.leases.read(CLAIMS))
}

/** Sessions are read after the claims: who claimed was in the room before. */
async function judgeClaims(
  ctx: RoomContext & { session?: SessionContext['session'] | undefined },
  stored: LeaseState | undefined,
): Promise<ClaimsSeen> {
  const sessions = await ctx.transport.sessions.list()
  const now = ctx.clock.now()
  const times = await readLifeTimes(ctx.transport.sessions, sessions, now)
  const here = { host: ctx.session?.host, machine: () => ctx.machine?.id() }
  const factsOf = holderFacts(sessions, { now, ...times, ...here, hostProcess: ctx.hostProcess })
  const document = readClaims(stored?.value, now)
  const holds = (claim: Claim) => holdsClaim(claim, factsOf(claim), now)
  const ends = (claim: Claim) => claimEnd(claim, factsOf(claim))
  const holders = document.claims.flatMap(({ session_id, by }) => (by === null ? session_id : [session_id, by]))
  const names = await withFormerNames(ctx, sessionNames(sessions), holders)
  const nameOf = (claim: Claim) => names.get(claim.session_id) ?? shownName(claim)
  const makerOf = ({ by }: Claim) => (by === null ? null : (names.get(by) ?? personName(by) ?? shownId(by)))
  return { document, now, holds, ends, nameOf, makerOf }
}

/** What to make of the claims: the document to store (none: leave them as they are), and the answer to give. */
export interface ClaimsChange<Answer> {
  readonly next?: ClaimsDocument
  readonly answer: Answer
}

/**
 * Decides on the claims as they are and stores the decision, again from the start when somebody was faster. In a relayed room
 * the server decides. Throws BUSY when that never ends, and SERVER_UNREACHABLE.
 */
export async function changeClaims<Answer>(
  ctx: SessionContext,
  decide: (seen: ClaimsSeen) => ClaimsChange<Answer>,
): Promise<Answer> {
  return decideLease(ctx.transport.leases, { name: CLAIMS, what: 'the claims' }, async (stored) =>
    decide(await judgeClaims(ctx, stored)),
  )
}

/** So often is looked again whether somebody changed the claims meanwhile; whoever did lists them, too. */
const MAX_LOOKS = 20

/**
 * Lists a session's claims in its presence, where existing readers look (`owns`). It is a copy of the claims as they stand:
 * whoever wrote one that is old by then writes it again, so that the last one is that of the newest claims.
 */
export async function showClaims({ transport }: RoomContext, sessionId: string): Promise<void> {
  for (let look = 0; look < MAX_LOOKS; look++) {
    const stored = await transport.leases.read(CLAIMS)
    const { claims } = readClaims(stored?.value, 0)
    const own = claims.filter((claim) => claim.session_id === sessionId)
    const owns = [...new Set(own.flatMap(({ patterns }) => patterns))]
    const presence = await transport.sessions.get(sessionId)
    if (presence === undefined || (owns.length === 0 && presence.owns === undefined)) return
    await transport.sessions.amend(sessionId, { owns })
    if ((await transport.leases.read(CLAIMS))?.version === stored?.version) return
  }
}

/** Leaves the change of the claims in the log; answers its revision. */
export async function recordClaimChange(
  ctx: SessionContext,
  kind: 'claim' | 'release',
  payload: JsonObject,
): Promise<number> {
  try {
    const full = { session_id: ctx.session.sessionId, ...payload }
    const { revision } = await ctx.transport.log.append(await draftRecord(ctx, ctx.session, { kind, payload: full }))
    return revision
  } catch (error) {
    if (!isRallyError(error)) throw error
    const hint = 'the claims themselves were changed; rally claims shows them'
    throw new RallyError('NOT_STORED', { what: `${kind} record`, reason: error.message, hint }, { cause: error })
  }
}
