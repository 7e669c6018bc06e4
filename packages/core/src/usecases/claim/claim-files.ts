import { RallyError } from '../../errors.js'
import type { Claim } from '../../model/claim.js'
import type { Presence } from '../../model/presence.js'
import { str } from '../../readers.js'
import type { ClaimConflict } from '../../rules/claim/claim-conflicts.js'
import { claimPattern } from '../../rules/claim/claim-pattern.js'
import { type ClaimDecision, grantClaim } from '../../rules/claim/grant-claim.js'
import { isPlainName, parseFilePattern } from '../../rules/files/file-pattern.js'
import { isReaderStub } from '../../rules/presence/life.js'
import { PERSON_TOOL, personName } from '../../rules/roster/person.js'
import type { SessionContext } from '../context.js'
import { findOneSession } from '../inbox/find-one-session.js'
import { announcePresence } from '../presence/announce-presence.js'
import { changeClaims, recordClaimChange, showClaims } from './change-claims.js'

type Granted = Exclude<ClaimDecision, { readonly conflicts: readonly ClaimConflict[] }> & { readonly name: string }

/** How long a claim holds unless it says otherwise, and at most (seconds). */
export const CLAIM_SECS = 2 * 3600
const MAX_CLAIM_SECS = 7 * 24 * 3600
/** All who edit read all claims. */
const MAX_PATTERNS = 50
const MAX_CLAIMS = 500
const MAX_WHY = 200

/** Which files to claim, for how long (`secs`; without it two hours) and why. */
export interface ClaimInput {
  /** Files, folders and globs, as seen from the context's `workdir`. */
  readonly patterns: readonly string[]
  readonly secs?: number | undefined
  readonly why?: string | undefined
  readonly shared?: boolean | undefined
  /** Who gets the claim, named as recipients are; without it the session that asks. */
  readonly forSession?: string | undefined
}

/** A claim that refuses another one. */
export interface HeldConflict extends ClaimConflict {
  /** What its session is called in this room. */
  readonly name: string
  /** When it ends if nothing more is heard of its session (epoch seconds). */
  readonly ends: number
}

/** The claim that was made, or those of others that stand against it. */
export type ClaimAnswer =
  | {
      readonly claimed: true
      readonly claim: Claim
      readonly name: string
      readonly renewed: boolean
      readonly revision: number
    }
  | { readonly claimed: false; readonly conflicts: readonly HeldConflict[] }

/**
 * Keeps files for a session until an end. Of many who want the same at once exactly one gets it, unless all share.
 * Throws USAGE (a pattern or a length that cannot be), NO_SUCH_RECIPIENT and NOT_FOUND (nobody is called so, or is here), BUSY, SERVER_UNREACHABLE in a relayed room
 * whose server does not answer, and what the transport throws.
 */
export async function claimFiles(ctx: SessionContext, input: ClaimInput): Promise<ClaimAnswer> {
  const patterns = await readPatterns(ctx, input.patterns)
  const secs = readLength(input.secs ?? CLAIM_SECS)
  const holder = await findHolder(ctx, input.forSession)
  const wish = {
    sessionId: holder.sessionId,
    tool: holder.tool,
    host: holder.host,
    machine: holder.machine,
    by: holder.sessionId === ctx.session.sessionId ? null : ctx.session.sessionId,
    patterns,
    mode: input.shared === true ? ('shared' as const) : ('exclusive' as const),
    why: input.why === undefined || input.why.trim() === '' ? null : input.why.trim().slice(0, MAX_WHY),
    secs,
  }
  const decision = await changeClaims<Granted | { readonly conflicts: readonly HeldConflict[] }>(ctx, (seen) => {
    const decided = grantClaim(seen.document, wish, seen)
    if ('conflicts' in decided) {
      const conflicts = decided.conflicts.map((conflict) => ({
        ...conflict,
        name: seen.nameOf(conflict.claim),
        ends: seen.ends(conflict.claim),
      }))
      return { answer: { conflicts } }
    }
    if (decided.next.claims.length > MAX_CLAIMS) {
      throw new RallyError('USAGE', { message: `this room has ${MAX_CLAIMS} claims already`, hint: 'rally claims' })
    }
    return { next: decided.next, answer: { ...decided, name: seen.nameOf(decided.granted) } }
  })
  if ('conflicts' in decision) return { claimed: false, conflicts: decision.conflicts }
  const { granted, renewed, ended, name } = decision
  for (const sessionId of new Set([granted, ...ended].map((claim) => claim.session_id))) {
    await showClaims(ctx, sessionId)
  }
  const revision = await recordClaimChange(ctx, 'claim', {
    claim_id: granted.id,
    fence: granted.fence,
    holder: granted.session_id,
    patterns: granted.patterns,
    mode: granted.mode,
    until: granted.until,
    why: granted.why,
    message: `claimed ${granted.patterns.join(', ')}`,
  })
  return { claimed: true, claim: granted, name, renewed, revision }
}

async function readPatterns(ctx: SessionContext, named: readonly string[]): Promise<string[]> {
  if (named.length === 0) throw new RallyError('USAGE', { message: 'name the files, folders or globs to claim' })
  if (named.length > MAX_PATTERNS) {
    throw new RallyError('USAGE', { message: `a claim has at most ${MAX_PATTERNS} patterns` })
  }
  const worktree = ctx.channel.worktree ?? ctx.channel.repoRoot ?? ctx.workdir
  const patterns = new Set<string>()
  for (const text of named) {
    const read = claimPattern(text, { workdir: ctx.workdir, worktree })
    if ('refusal' in read) {
      const message = `${JSON.stringify(text.slice(0, 80))} cannot be claimed: ${read.refusal}`
      throw new RallyError('USAGE', {
        message,
        hint: 'name files of this working tree, as src/cart.js, src/ or "src/**"',
      })
    }
    const { pattern } = read
    const mayBeFolder = !pattern.endsWith('/') && isPlainName(parseFilePattern(pattern))
    const isFolder = mayBeFolder && (await ctx.repository.isFolder(`${worktree}/${pattern}`))
    patterns.add(isFolder ? `${pattern}/` : pattern)
  }
  return [...patterns]
}

function readLength(secs: number): number {
  if (Number.isFinite(secs) && secs > 0 && secs <= MAX_CLAIM_SECS) return secs
  throw new RallyError('USAGE', {
    message: 'a claim lasts between one second and seven days',
    hint: 'as --for 90m or --for 2h',
  })
}

interface Holder {
  readonly sessionId: string
  readonly tool: string
  readonly host: string
  readonly machine: string | undefined
}

/** Who holds a claim is in the room first: a claim of a session that is not there counts as left behind. */
async function findHolder(ctx: SessionContext, forSession: string | undefined): Promise<Holder> {
  const { transport, session } = ctx
  const sessionId = forSession === undefined ? session.sessionId : (await findOneSession(ctx, forSession)).sessionId
  const presence = await transport.sessions.get(sessionId)
  if (presence !== undefined && !isReaderStub(presence)) return holderOf(presence, ctx)
  // A person needs no record.
  if (personName(sessionId) !== undefined && sessionId !== session.sessionId) {
    return { sessionId, tool: PERSON_TOOL, host: session.host, machine: ctx.machine?.id() }
  }
  if (sessionId !== session.sessionId) {
    throw new RallyError('NOT_FOUND', { what: 'session', value: forSession, hint: 'rally roster shows who is here' })
  }
  return holderOf(await announcePresence(ctx), ctx)
}

function holderOf(presence: Presence, ctx: SessionContext): Holder {
  const isOwn = presence.session_id === ctx.session.sessionId
  const elsewhere = str(presence.machine) || str(presence.host, 'unknown')
  return {
    sessionId: presence.session_id,
    tool: str(presence.tool, 'unknown'),
    host: isOwn ? ctx.session.host : elsewhere,
    // Of a session that a relay brought, another machine's records tell.
    machine: presence.machine === undefined ? ctx.machine?.id() : undefined,
  }
}
