import { isSafeId } from '@rally/core/ids'
import { foldPath, IN_FLIGHT_SECS, type InFlight } from '@rally/core/moments'
import { list, num, obj, parseJson, str, strings, text } from '@rally/core/readers'

/** Who takes files. */
export interface Claimant {
  readonly sessionId: string
  readonly tool: string
  readonly parent?: string | undefined
}

/** Files of one working tree that are taken at once. */
export interface ClaimedFiles {
  readonly worktree: string
  /** What the file system says of the tree (`treeId`). */
  readonly tree?: string | undefined
  readonly files: readonly { readonly path: string; readonly since: number }[]
  /** A shell command takes them. */
  readonly byCommand?: boolean
}

/** Files that are given back: some of a working tree, or everything. */
export type Released = { readonly worktree: string; readonly paths: readonly string[] } | 'all'

/** One line that takes files, newline included. */
export function claimLine(claimant: Claimant, { worktree, tree, files, byCommand }: ClaimedFiles, now: number): Buffer {
  return lineOf({
    t: now,
    s: claimant.sessionId,
    h: claimant.tool,
    ...(claimant.parent === undefined ? {} : { p: claimant.parent }),
    w: worktree,
    ...(tree === undefined ? {} : { i: tree }),
    ...(byCommand === true ? { c: 1 } : {}),
    f: files.map(({ path, since }) => [path, since]),
  })
}

/** One line that gives files back. */
export function releaseLine(sessionId: string, released: Released, now: number): Buffer {
  const what = released === 'all' ? { end: true } : { w: released.worktree, r: released.paths }
  return lineOf({ t: now, s: sessionId, ...what })
}

/** One line that says when files were taken that a line without a time names, although others had announced them. */
export function begunLine(sessionId: string, { worktree, paths }: Exclude<Released, 'all'>, now: number): Buffer {
  return lineOf({ t: now, s: sessionId, w: worktree, b: paths })
}

/** One line that says that a command of the session may change the branch of a working tree, or files in it. */
export function gitLineOf(
  sessionId: string,
  git: { worktree: string; tree?: string | undefined; word: string },
  now: number,
): Buffer {
  const { worktree, tree, word } = git
  return lineOf({ t: now, s: sessionId, w: worktree, ...(tree === undefined ? {} : { i: tree }), g: word })
}

function lineOf(line: object): Buffer {
  return Buffer.from(`${JSON.stringify(line)}\n`)
}

/** What is held, by session, working tree and file. */
export type Held = Map<string, InFlight>

/** Takes one line into account, in the order of writing. `order` grows along a log that several sessions share; else 0. */
function applyLine(held: Held, value: unknown, order: number): void {
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
  for (const path of strings(line.b)) {
    const entry = held.get(keyOf(path))
    if (entry !== undefined) held.set(keyOf(path), { ...entry, last: at, untimed: false })
  }
  const tree = text(line.i)
  for (const item of list(line.f)) {
    const path = text(list(item)[0])
    if (path === undefined) continue
    const before = held.get(keyOf(path))
    const goesOn = before !== undefined && at - before.last < IN_FLIGHT_SECS ? before : undefined
    const since = Math.min(goesOn?.since ?? at, num(list(item)[1]) ?? at)
    const who = { sessionId, tool: str(line.h), parent: text(line.p), ...(tree === undefined ? {} : { tree }) }
    const how = { ...(line.q === 1 ? { untimed: true } : {}), ...(line.c === 1 ? { byCommand: true } : {}) }
    held.set(keyOf(path), { ...who, path, worktree, since, last: at, order: goesOn?.order ?? order, ...how })
  }
}

/** Takes the complete lines of some sessions into account, in order; `orderAt` tells a line's order by where it begins. */
export function applyLinesOf(
  held: Held,
  text: string,
  sessionIds: Iterable<string>,
  orderAt: (start: number) => number = () => 0,
): void {
  const needles = [...sessionIds].map((id) => `"s":${JSON.stringify(id)}`)
  for (const { start, end } of linesWith(text, needles))
    applyLine(held, parseJson(text.slice(start, end)), orderAt(start))
}

/** Takes all complete lines into account; each counts by its place behind `order`. */
export function applyAll(held: Held, text: string, order: number): void {
  let start = 0
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
    applyLine(held, parseJson(text.slice(start, end)), order + start + 1)
    start = end + 1
  }
}

/** The complete lines that hold one of the needles, in order, each once. */
export function linesWith(text: string, needles: readonly string[]): { start: number; end: number }[] {
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

/** Sessions in whose lines one of the paths stands: found by searching text, because almost no line does. */
export function sessionsNaming(
  text: string,
  { paths, caseInsensitive }: { readonly paths: readonly string[]; readonly caseInsensitive: boolean },
): string[] {
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
