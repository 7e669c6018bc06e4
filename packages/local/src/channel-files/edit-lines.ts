import { isSafeId } from '@rally/core/ids'
import type { EditStretch } from '@rally/core/model/edit-stretch'
import { IN_FLIGHT_SECS } from '@rally/core/moments'
import { list, num, obj, parseJson, str, strings, text } from '@rally/core/readers'

/** One line of the history. The time of the last edit comes first, so that lines are chosen without being parsed. */
export function editLine(edit: EditStretch): string {
  const { sessionId, name, tool, parent, path, worktree, tree, since, last, count } = edit
  const who = { ...(name !== null && { n: name }), h: tool, ...(parent !== null && { p: parent }) }
  const where = { w: worktree, ...(tree !== null && { i: tree }) }
  return `${JSON.stringify({ z: last, a: since, c: count, f: path, s: sessionId, ...who, ...where })}\n`
}

export function parseEditLine(line: string): EditStretch | undefined {
  const { z, a, c, f, s, n, h, p, w, i } = obj(parseJson(line))
  const [last, path] = [num(z), text(f)]
  if (last === undefined || path === undefined || !isSafeId(s)) return undefined
  return {
    sessionId: s,
    name: text(n) ?? null,
    tool: str(h),
    parent: text(p) ?? null,
    path,
    worktree: str(w),
    tree: text(i) ?? null,
    since: num(a) ?? last,
    last,
    count: num(c) ?? 1,
  }
}

interface Folding {
  readonly edit: EditStretch
  /** The file was held before this announcement. */
  readonly goesOn: boolean
}

/**
 * The announcements of one session as stretches of edits, in order of their last edit. An edit that was refused, whose files
 * were given back in the same instant, was none.
 */
export function foldAnnouncements(announcements: string, sessionId: string, name: string | null): EditStretch[] {
  const done: EditStretch[] = []
  const open = new Map<string, Folding>()
  const close = (key: string): void => {
    const folding = open.get(key)
    if (folding !== undefined) done.push(folding.edit)
    open.delete(key)
  }
  for (const stored of announcements.split('\n')) {
    const line = stored === '' ? {} : obj(parseJson(stored))
    const at = num(line.t)
    if (at === undefined || line.s !== sessionId) continue
    const keyOf = (path: string): string => `${str(line.w)}\n${path}`
    if (line.end === true) for (const key of [...open.keys()]) close(key)
    for (const path of strings(line.r)) {
      const key = keyOf(path)
      const folding = open.get(key)
      if (folding?.edit.last === at && !folding.goesOn) open.delete(key)
      else close(key)
    }
    for (const item of list(line.f)) {
      const [path, since] = list(item)
      if (typeof path === 'string' && path !== '') take(keyOf(path), { path, since: num(since) ?? at, at, line })
    }
  }
  for (const key of [...open.keys()]) close(key)
  return done.sort((a, b) => a.last - b.last)

  function take(
    key: string,
    { path, since, at, line }: { path: string; since: number; at: number; line: ReturnType<typeof obj> },
  ): void {
    const before = open.get(key)?.edit
    if (before !== undefined && at - before.last < IN_FLIGHT_SECS) {
      open.set(key, { edit: { ...before, last: Math.max(at, before.last), count: before.count + 1 }, goesOn: true })
      return
    }
    close(key)
    const who = { sessionId, name, tool: str(line.h), parent: wordOf(line.p) }
    const where = { path, worktree: str(line.w), tree: wordOf(line.i) }
    // Earlier announcements of the same stretch may stand in a file that was read before.
    open.set(key, { edit: { ...who, ...where, since: Math.min(since, at), last: at, count: 1 }, goesOn: since < at })
  }
}

function wordOf(value: unknown): string | null {
  return text(value) ?? null
}
