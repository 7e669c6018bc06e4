import { closeSync, readSync } from 'node:fs'
import { isSafeId } from '@rally/core/ids'
import { foldPath, IN_FLIGHT_SECS, type InFlight } from '@rally/core/moments'
import { list, num, obj, parseJson, str, strings, text } from '@rally/core/readers'
import { lstatIfThere } from '../system/facts.js'
import { appendLine } from '../transport/files/append-line.js'
import { openToRead } from '../transport/files/open-regular.js'

/**
 * Who has which file in flight, as a log in slices of 15 minutes: `hook/claims/<slice>.jsonl`. A claim is appended before the
 * log is read, so of two sessions that take a file at the same instant at least the one that reads last sees both. A look
 * reads the present slice, the one before it, and the one after it where a clock was set back, whatever the number of
 * sessions; older slices are deleted whole, so nothing is ever rewritten under a writer.
 */
export const CLAIMS_FOLDER = 'hook/claims'

/** The slices of a look, from the present one. */
const SLICES = [-1, 0, 1]

const NO_SLICE = { size: -1, text: '' }

/** So much of a slice is read at most: its end. */
const MOST_BYTES = 4 << 20

/** The slice of an instant. */
export function sliceOf(now: number): number {
  return Math.floor(now / IN_FLIGHT_SECS)
}

function slicePath(slice: number): string {
  return `${CLAIMS_FOLDER}/${slice}.jsonl`
}

export interface Claimant {
  readonly sessionId: string
  readonly tool: string
  readonly parent?: string | undefined
}

/** Files of one working tree that are claimed at once. */
export interface ClaimedFiles {
  readonly worktree: string
  readonly files: readonly { readonly path: string; readonly since: number }[]
}

/** Appends one line. Throws the system's error when it could not be stored. */
export function appendClaim(root: string, claimant: Claimant, claimed: ClaimedFiles, now: number): void {
  append(root, now, {
    t: now,
    s: claimant.sessionId,
    h: claimant.tool,
    ...(claimant.parent === undefined ? {} : { p: claimant.parent }),
    w: claimed.worktree,
    f: claimed.files.map(({ path, since }) => [path, since]),
  })
}

/** Gives files back (an edit that was refused), or everything the session holds. */
export function appendRelease(
  root: string,
  sessionId: string,
  now: number,
  released: { readonly worktree: string; readonly paths: readonly string[] } | 'all',
): void {
  append(root, now, {
    t: now,
    s: sessionId,
    ...(released === 'all' ? { end: true } : { w: released.worktree, r: released.paths }),
  })
}

function append(root: string, now: number, line: object): void {
  appendLine(root, slicePath(sliceOf(now)), Buffer.from(`${JSON.stringify(line)}\n`), { synced: false })
}

export interface ClaimQuery {
  readonly sessionId: string
  readonly now: number
  readonly paths: readonly string[]
  readonly caseInsensitive: boolean
}

/** The lengths of the slices that a look reads. They only grow: where they are the same, a look would read the same again. */
export function claimSizes(root: string, now: number): string {
  return SLICES.map((step) => lstatIfThere(`${root}/${slicePath(sliceOf(now) + step)}`)?.size ?? -1).join()
}

/** Entries of the asked session on any file, and of everybody else on the asked paths, expired ones included. */
export function readClaims(root: string, query: ClaimQuery): InFlight[] {
  return lookAtClaims(root, query).claims
}

/** The same with the lengths of what was read, as `claimSizes` tells them. */
export function lookAtClaims(root: string, query: ClaimQuery): { readonly claims: InFlight[]; readonly sizes: string } {
  const read = SLICES.map((step) => readSlice(root, sliceOf(query.now) + step))
  const slices = read.map(({ text }) => text)
  const wanted = new Set([query.sessionId])
  for (const text of slices) for (const id of sessionsNaming(text, query)) wanted.add(id)
  const held = new Map<string, InFlight>()
  const needles = [...wanted].map((id) => `"s":${JSON.stringify(id)}`)
  for (const [index, text] of slices.entries()) {
    for (const { start, end } of linesWith(text, needles)) {
      apply(held, parseJson(text.slice(start, end)), index * 2 ** 32 + start + 1)
    }
  }
  return { claims: [...held.values()], sizes: read.map(({ size }) => size).join() }
}

/** Everything that anybody of this machine holds, expired entries included: for the views, which look at the whole room. */
export function readAllClaims(root: string, now: number): InFlight[] {
  const held = new Map<string, InFlight>()
  for (const [index, step] of SLICES.entries()) {
    const { text } = readSlice(root, sliceOf(now) + step)
    let start = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      apply(held, parseJson(text.slice(start, end)), index * 2 ** 32 + start + 1)
      start = end + 1
    }
  }
  return [...held.values()]
}

/** One line in the order of writing. */
function apply(held: Map<string, InFlight>, value: unknown, order: number): void {
  const line = obj(value)
  const sessionId = line.s
  const at = num(line.t)
  if (!isSafeId(sessionId) || at === undefined) return
  if (line.end === true) {
    for (const [key, entry] of held) if (entry.sessionId === sessionId) held.delete(key)
    return
  }
  const worktree = str(line.w)
  const keyOf = (path: string): string => `${sessionId}\n${worktree}\n${path}`
  for (const path of strings(line.r)) held.delete(keyOf(path))
  for (const item of list(line.f)) {
    const path = text(list(item)[0])
    if (path === undefined) continue
    const before = held.get(keyOf(path))
    const goesOn = before !== undefined && at - before.last < IN_FLIGHT_SECS ? before : undefined
    const since = Math.min(goesOn?.since ?? at, num(list(item)[1]) ?? at)
    const who = { sessionId, tool: str(line.h), parent: text(line.p) }
    held.set(keyOf(path), { ...who, path, worktree, since, last: at, order: goesOn?.order ?? order })
  }
}

function readSlice(root: string, slice: number): { size: number; text: string } {
  // Asked first, because a failed opening costs far more: often there is only one slice.
  if (lstatIfThere(`${root}/${slicePath(slice)}`) === undefined) return NO_SLICE
  const file = openToRead(root, slicePath(slice))
  if (file === undefined) return NO_SLICE
  try {
    const from = Math.max(0, file.size - MOST_BYTES)
    const bytes = Buffer.allocUnsafe(file.size - from)
    const length = readSync(file.fd, bytes, 0, bytes.length, from)
    return { size: file.size, text: bytes.subarray(0, length).toString() }
  } finally {
    closeSync(file.fd)
  }
}

/** Sessions in whose lines one of the paths stands: found by searching text, because almost no line does. */
function sessionsNaming(text: string, { paths, caseInsensitive }: ClaimQuery): string[] {
  const needles = paths.map((path) => JSON.stringify(path))
  const folded = needles.map((needle) => foldPath(needle, true))
  const naming = caseInsensitive
    ? text.split('\n').filter((line) => folded.some((needle) => foldPath(line, true).includes(needle)))
    : linesWith(text, needles).map(({ start, end }) => text.slice(start, end))
  return naming.flatMap((line) => {
    const { s } = obj(parseJson(line))
    return isSafeId(s) ? [s] : []
  })
}

/** The complete lines that hold one of the needles, in order, each once. */
function linesWith(text: string, needles: readonly string[]): { start: number; end: number }[] {
  const found = new Map<number, number>()
  for (const needle of needles) {
    for (let at = text.indexOf(needle); at >= 0; ) {
      const end = text.indexOf('\n', at)
      // A last line without a newline is still being written; its writer will look after writing.
      if (end < 0) break
      found.set(text.lastIndexOf('\n', at) + 1, end)
      at = text.indexOf(needle, end)
    }
  }
  return [...found].sort(([a], [b]) => a - b).map(([start, end]) => ({ start, end }))
}
