import { int, isObject, type JsonObject, list, num, obj } from '../readers.js'

/** How far one inbox box was offered to a session. Offsets are bytes, lines are ordinals of lines that are not blank. */
export interface BoxTold {
  /** Everything before this offset was offered, or needs no offering. */
  readonly offset: number
  /** Ordinal of the last line before `offset`. */
  readonly line: number
  /** `line` counts from the start of the box; false where a very long box was entered at its end. */
  readonly counted: boolean
  /** Ordinals behind `offset` that were offered already. */
  readonly ahead: readonly number[]
  /** No urgent message before this offset waits for being offered; `seenLine` is the ordinal there. */
  readonly seen: number
  readonly seenLine: number
}

/** What was offered to a session: advanced only after the reply was written. */
export interface Told {
  /** Epoch seconds of the first greeting; null until somebody told this session who is here. */
  readonly greeted: number | null
  /** The channel's revision when this session last looked; null before that. */
  readonly revision: number | null
  readonly boxes: Readonly<Record<string, BoxTold>>
  /** How often the model's context was emptied; what was said before that is no longer in it. */
  readonly context: number
  /** Messages from before (epoch seconds) are not offered again in this context. */
  readonly since: number
  /** Null until this session first looked at the notices. */
  readonly notices: NoticesTold | null
}

/** How far a session heard the notices of its room. */
export interface NoticesTold {
  /** Bytes of the file when it was looked at. */
  readonly size: number
  /** Revisions of those that were told, or need no telling. */
  readonly told: readonly number[]
}

/** What a session knows that was told nothing yet. */
export const NOTHING_TOLD: Told = { greeted: null, revision: null, boxes: {}, context: 0, since: 0, notices: null }

/** What is not acknowledged is told again in a new context, unless it is older than this (seconds). */
const AGAIN_SECS = 24 * 3600

/** The state of a session whose model has lost what it was told: open messages of the last day are news again. */
export function newContext(told: Told, now: number): Told {
  return { ...told, boxes: {}, context: told.context + 1, since: now - AGAIN_SECS }
}

/** A stored state of any shape; what cannot be read counts as not told. */
export function parseTold(value: unknown): Told {
  const stored = obj(value)
  const boxes: Record<string, BoxTold> = {}
  for (const [box, entry] of Object.entries(obj(stored.boxes))) {
    const told = isObject(entry) ? parseBox(entry) : undefined
    if (told !== undefined) boxes[box] = told
  }
  return {
    greeted: num(stored.greeted) ?? null,
    revision: int(stored.revision) ?? null,
    boxes,
    context: int(stored.context) ?? 0,
    since: num(stored.since) ?? 0,
    notices: parseNotices(stored.notices),
  }
}

function parseNotices(value: unknown): NoticesTold | null {
  if (!isObject(value)) return null
  return { size: int(value.size) ?? 0, told: numbers(value.told) }
}

function numbers(value: unknown): number[] {
  return list(value).filter((item): item is number => int(item) !== undefined)
}

function parseBox(entry: JsonObject): BoxTold | undefined {
  const offset = int(entry.offset)
  const line = int(entry.line)
  if (offset === undefined || offset < 0 || line === undefined || line < 0) return undefined
  return {
    offset,
    line,
    counted: entry.counted !== false,
    ahead: numbers(entry.ahead),
    seen: Math.max(offset, int(entry.seen) ?? offset),
    seenLine: Math.max(line, int(entry.seenLine) ?? line),
  }
}
