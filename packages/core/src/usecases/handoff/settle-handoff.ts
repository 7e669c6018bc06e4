import { isRallyError, RallyError } from '../../errors.js'
import type { Claim } from '../../model/claim.js'
import { ACCEPTANCE, accepterOf, type Handoff, stateOf } from '../../rules/handoff/handoff-states.js'
import { personName } from '../../rules/roster/person.js'
import { shownId } from '../../rules/roster/shown-names.js'
import { claimFiles, type HeldConflict } from '../claim/claim-files.js'
import { releaseFiles } from '../claim/release-files.js'
import type { SessionContext } from '../context.js'
import { ackMessage } from '../inbox/ack-message.js'
import { findMessage } from '../inbox/find-message.js'
import { type Posted, postRecord } from '../log/post-record.js'
import { namesOfSessions } from '../roster/names-of-authors.js'
import { findHandoff, isMeant } from './list-handoffs.js'

export interface Settling {
  /** Number, event id or message id of the handoff. */
  readonly handoff: string
  /** What to say to whoever handed over. */
  readonly text?: string | undefined
}

export type Accepting =
  | { readonly accepted: true; readonly handoff: Handoff; readonly claim: Claim | null; readonly posted: Posted }
  | { readonly accepted: false; readonly handoff: Handoff; readonly conflicts: readonly HeldConflict[] }

/**
 * Takes a handoff over: claims what it owns, says so to whoever handed over, and acknowledges the message. What the one who
 * hands over had claimed of it goes with it; a claim of anybody else refuses. Of several who accept at once one gets it.
 * Throws NOT_FOUND, HANDOFF_CLOSED (accepted, declined or done already; meant for another), and what claims and the log throw.
 */
export async function acceptHandoff(ctx: SessionContext, { handoff: reference, text }: Settling): Promise<Accepting> {
  const handoff = await findHandoff(ctx, reference)
  if (stateOf(handoff) !== 'open') throw await closed(ctx, handoff)
  if (!isMeant(handoff, ctx)) throw await notFor(ctx, handoff)
  const answer = await claimOwned(ctx, handoff)
  if (answer !== null && 'conflicts' in answer) return { accepted: false, handoff, conflicts: answer.conflicts }
  const claim = answer === null ? null : answer.claim
  const posted = await postRecord(ctx, {
    kind: ACCEPTANCE,
    ...senderOf(handoff),
    message: text || 'accepted',
    payload: { handoff: handoff.event_id },
  })
  const now = await findHandoff(ctx, handoff.event_id)
  if (accepterOf(now)?.session_id !== ctx.session.sessionId) {
    if (claim !== null) await releaseFiles(ctx, { what: claim.id })
    throw await closed(ctx, now)
  }
  await acknowledge(ctx, handoff)
  return { accepted: true, handoff: now, claim, posted }
}

/** Says that a handoff is done, or that it will not be taken; both settle it for every gate. Throws as `acceptHandoff`. */
export async function settleHandoff(
  ctx: SessionContext,
  verdict: 'done' | 'declined',
  { handoff: reference, text }: Settling,
): Promise<{ readonly handoff: Handoff; readonly posted: Posted }> {
  const handoff = await findHandoff(ctx, reference)
  const { sessionId } = ctx.session
  if (['done', 'declined'].includes(stateOf(handoff))) throw await closed(ctx, handoff)
  const isTheirs = isMeant(handoff, ctx) || accepterOf(handoff)?.session_id === sessionId
  if (!isTheirs && handoff.session_id !== sessionId) throw await notFor(ctx, handoff)
  const posted = await postRecord(ctx, {
    kind: 'feedback',
    ...senderOf(handoff),
    message: text || verdict,
    payload: { ref: handoff.event_id, verdict },
  })
  await acknowledge(ctx, handoff)
  return { handoff: await findHandoff(ctx, handoff.event_id), posted }
}

/** Whom an answer goes to: whoever handed over. */
function senderOf({ tool, session_id }: Handoff): { to: string; toSessionId: string | undefined } {
  return { to: tool, toSessionId: session_id ?? undefined }
}

/** Claims the files that a handoff owns; null where it names none that can be claimed. */
async function claimOwned(
  ctx: SessionContext,
  handoff: Handoff,
): Promise<{ claim: Claim } | { conflicts: readonly HeldConflict[] } | null> {
  if (handoff.owns.length === 0) return null
  const wish = { patterns: handoff.owns, why: `handoff ${handoff.number}: ${handoff.text}` }
  try {
    for (let round = 0; ; round++) {
      const answer = await claimFiles(ctx, wish)
      if (answer.claimed) return answer
      const theirs = answer.conflicts.filter(({ claim }) => claim.session_id === handoff.session_id)
      if (round > 0 || theirs.length < answer.conflicts.length || handoff.session_id === null) return answer
      const poster = { ...ctx, session: { ...ctx.session, sessionId: handoff.session_id, tool: handoff.tool } }
      for (const id of new Set(theirs.map(({ claim }) => claim.id))) await releaseFiles(poster, { what: id })
    }
  } catch (error) {
    // What a handoff owns may be words, not files.
    if (isRallyError(error) && error.code === 'USAGE') return null
    throw error
  }
}

/** The message of the handoff is handled by whoever acts on it. */
async function acknowledge(ctx: SessionContext, { event_id }: Handoff): Promise<void> {
  try {
    await ackMessage(ctx, await findMessage(ctx, event_id))
  } catch (error) {
    if (!isRallyError(error) || error.code !== 'NOT_FOUND') throw error
  }
}

async function closed(ctx: SessionContext, { number, steps }: Handoff): Promise<RallyError> {
  const { state, session_id, tool } = steps.at(-1) ?? { state: 'open', session_id: null, tool: '' }
  const reason = `it is ${state} already (${await nameOf(ctx, session_id, tool)})`
  return new RallyError('HANDOFF_CLOSED', { handoff: number, reason })
}

/** Once it was taken it is for whoever took it. */
async function notFor(ctx: SessionContext, handoff: Handoff): Promise<RallyError> {
  const { number, to, to_session_id } = handoff
  const whom = accepterOf(handoff)?.session_id ?? to_session_id
  return new RallyError('HANDOFF_CLOSED', { handoff: number, reason: `it is for ${await nameOf(ctx, whom, to)}` })
}

/** The name of a session; of one that never had any its id, and of no session the tool. */
async function nameOf(ctx: SessionContext, id: string | null, tool: string): Promise<string> {
  if (id === null) return tool
  return (await namesOfSessions(ctx, [id])).get(id) ?? personName(id) ?? shownId(id)
}
