import { isRallyError, RallyError } from '../../errors.js'
import type { Claim, ClaimsDocument } from '../../model/claim.js'
import type { JsonObject } from '../../readers.js'
import { claimEnd, holderFacts, holdsClaim } from '../../rules/claim/claim-holds.js'
import { CLAIMS, readClaims } from '../../rules/claim/read-claims.js'
import { sessionNames, shownName } from '../../rules/roster/shown-names.js'
import type { RoomContext, SessionContext } from '../context.js'
import { draftRecord } from '../log/draft-record.js'

/** Each lost race means that somebody else changed the claims, so that somebody always gets on. */
const MAX_RACES = 200

/** The claims as they stand, and which of them hold now. */
export interface ClaimsSeen {
  readonly document: ClaimsDocument
  readonly now: number
  holds(claim: Claim): boolean
  /** When a claim ends if nothing more is heard of its session (epoch seconds). */
  ends(claim: Claim): number
  /** What its session is called in this room. */
  nameOf(claim: Claim): string
}

/** Looks at claims and sessions of the room. */
export async function lookAtClaims(
  ctx: RoomContext & { session?: SessionContext['session'] | undefined },
): Promise<ClaimsSeen> {
  return (await lookAtVersion(ctx)).seen
}

async function lookAtVersion(
  ctx: RoomContext & { session?: SessionContext['session'] | undefined },
): Promise<{ seen: ClaimsSeen; version: string | null }> {
  // Sessions after claims: who claimed was in the room before.
  const stored = await ctx.transport.leases.read(CLAIMS)
  const sessions = await ctx.transport.sessions.list()
  const now = ctx.clock.now()
  const factsOf = holderFacts(sessions, { now, hostProcess: ctx.hostProcess, host: ctx.session?.host })
  const document = readClaims(stored?.value, now)
  const holds = (claim: Claim) => holdsClaim(claim, factsOf(claim), now)
  const ends = (claim: Claim) => claimEnd(claim, factsOf(claim))
  const names = sessionNames(sessions)
  const nameOf = (claim: Claim) => names.get(claim.session_id) ?? shownName(claim)
  return { seen: { document, now, holds, ends, nameOf }, version: stored?.version ?? null }
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
  for (let race = 0; race < MAX_RACES; race++) {
    const { seen, version } = await lookAtVersion(ctx)
    const { next, answer } = decide(seen)
    if (next === undefined || (await ctx.transport.leases.compareAndSet(CLAIMS, version, next))) return answer
  }
  throw new RallyError('BUSY', { what: 'the claims' })
}

/** Lists a session's claims in its presence, where existing readers look (`owns`). */
export async function showClaims(ctx: RoomContext, sessionId: string, { claims }: ClaimsDocument): Promise<void> {
  const presence = await ctx.transport.sessions.get(sessionId)
  if (presence === undefined) return
  const owns = [
    ...new Set(claims.filter((claim) => claim.session_id === sessionId).flatMap(({ patterns }) => patterns)),
  ]
  if (owns.length === 0 && presence.owns === undefined) return
  await ctx.transport.sessions.put({ ...presence, owns })
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
