import { IN_FLIGHT_SECS, type InFlight } from '@rally/core/moments'
import { lstatIfThere } from '../system/facts.js'
import { appendLine } from '../transport/files/append-line.js'
import { readEnd } from '../transport/files/read-end.js'
import {
  applyAll,
  applyLinesOf,
  type Claimant,
  type ClaimedFiles,
  claimLine,
  type Held,
  type Released,
  releaseLine,
  sessionsNaming,
} from './claim-line.js'

/**
 * Who took which file, in the order of writing: `hook/claims/<slice>.jsonl`, slices of 15 minutes that all sessions append to.
 * Earlier versions kept files in flight here. Now it only decides who was first where edits are refused: of several appends to
 * one file the system says which came before, of several files it does not. A look reads the present slice, the one before it,
 * and the one after it where a clock was set back; older slices are deleted whole, so nothing is rewritten under a writer.
 */
export const CLAIMS_FOLDER = 'hook/claims'

/** The slices of a look, from the present one. */
const SLICES = [-1, 0, 1]

/** So much of a slice is read at most: its end. */
const MOST_BYTES = 4 << 20

/** The slice of an instant. */
export function sliceOf(now: number): number {
  return Math.floor(now / IN_FLIGHT_SECS)
}

function slicePath(slice: number): string {
  return `${CLAIMS_FOLDER}/${slice}.jsonl`
}

/** Appends one line. Throws the system's error when it could not be stored. */
export function appendClaim(root: string, claimant: Claimant, claimed: ClaimedFiles, now: number): void {
  appendLine(root, slicePath(sliceOf(now)), claimLine(claimant, claimed, now), { synced: false })
}

/** Gives files back (an edit that was refused), or everything the session holds. */
export function appendRelease(root: string, sessionId: string, now: number, released: Released): void {
  appendLine(root, slicePath(sliceOf(now)), releaseLine(sessionId, released, now), { synced: false })
}

export interface ClaimQuery {
  readonly sessionId: string
  readonly now: number
  readonly paths: readonly string[]
  readonly caseInsensitive: boolean
}

/** Entries of the asked session on any file, and of everybody else on the asked paths, expired ones included. */
export function readClaims(root: string, query: ClaimQuery): InFlight[] {
  const slices = SLICES.map((step) => readSlice(root, sliceOf(query.now) + step))
  const wanted = new Set([query.sessionId])
  for (const text of slices) for (const id of sessionsNaming(text, query)) wanted.add(id)
  const held: Held = new Map()
  for (const [index, text] of slices.entries()) applyLinesOf(held, text, wanted, (start) => index * 2 ** 32 + start + 1)
  return [...held.values()]
}

/** Everything that stands there, entries that ran out included. */
export function readAllClaims(root: string, now: number): InFlight[] {
  const held: Held = new Map()
  for (const [index, step] of SLICES.entries()) applyAll(held, readSlice(root, sliceOf(now) + step), index * 2 ** 32)
  return [...held.values()]
}

function readSlice(root: string, slice: number): string {
  // Asked first, because a failed opening costs far more: often there is only one slice.
  if (lstatIfThere(`${root}/${slicePath(slice)}`) === undefined) return ''
  return readEnd(root, slicePath(slice), MOST_BYTES)?.text ?? ''
}
