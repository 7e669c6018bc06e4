import type { ChangeRecord } from '../../model/change-record.js'
import type { TimelineEntry, TimelineType } from '../../model/timeline-entry.js'
import type { LogSearch } from '../../ports/transport.js'
import { eventIdOfMessage } from '../../rules/inbox/message-ids.js'
import { epochOf } from '../../rules/text/recency.js'
import { isWantedEntry, type TimelineFilter, wordsForSearch } from '../../rules/timeline/entry-filter.js'
import { arrivalEntries, editEntry, messageEntry, toldEntry } from '../../rules/timeline/other-entries.js'
import { recordEntry } from '../../rules/timeline/record-entry.js'
import { retractionsProjection, stands } from '../../rules/timeline/retractions.js'
import type { RoomContext } from '../context.js'
import { type KnownSessions, knownSessions } from './known-sessions.js'

export interface TimelineQuery extends TimelineFilter {
  /** At most so many, the newest. */
  readonly limit: number
}

export interface Timeline {
  /** Oldest first. */
  readonly entries: readonly TimelineEntry[]
  /** Whether older ones match, too. */
  readonly leftOut: boolean
}

/** So many messages of a box are read at once, from its end. */
const PAGE = 2_000
/** So many pages without anything that is wanted, or new enough, end the look into a box without a filter of words. */
const OLD_PAGES = 2
/** Seconds. */
const MICROSECOND = 1e-6

/**
 * Everything that happened in the room, in order of time: records, messages, edits, claims, what agents were told, who came
 * and went. What was taken back is left out. Writes nothing; costs little however long the log is.
 */
export async function readTimeline(
  ctx: RoomContext,
  query: TimelineQuery,
  onProgress?: (done: number, total: number) => void,
): Promise<Timeline> {
  const known = await knownSessions(ctx)
  // One more than asked for says whether there is more.
  const asked = { ...query, limit: query.limit + 1 }
  const has = (...types: TimelineType[]): boolean => wantsType(query.kinds, types)
  const [records, messages, edits, told, arrivals] = await Promise.all([
    has('record', 'message', 'claim') ? readRecords(ctx, asked, { known, onProgress }) : [],
    has('message') ? readMessages(ctx, asked, known) : [],
    has('edit') ? readEdits(ctx, asked, known) : [],
    has('told') ? readTold(ctx, asked, known) : [],
    has('arrival') ? readArrivals(asked, known) : [],
  ])
  const all = [...joinMessages(records, messages), ...edits, ...told, ...arrivals]
  const entries = inOrder(all)
  return { entries: entries.slice(-query.limit), leftOut: entries.length > query.limit }
}

/** A message that was written with its record is told once: in its own words, which say who wrote it, with the record's number. */
function joinMessages(records: readonly TimelineEntry[], messages: readonly TimelineEntry[]): TimelineEntry[] {
  const byId = new Map(records.map((record) => [record.id, record]))
  const told = new Set<TimelineEntry>()
  const joined = messages.map((message) => {
    const record = message.id === null ? undefined : byId.get(eventIdOfMessage(message.id) ?? message.id)
    if (record === undefined) return message
    told.add(record)
    return { ...message, id: record.id, number: record.number }
  })
  return [...records.filter((record) => !told.has(record)), ...joined]
}

/**
 * In order of time. Some records are stamped with whole seconds: within its second, such a one stands behind those of
 * lower number, so that nothing seems to have happened before what it followed.
 */
function inOrder(entries: readonly TimelineEntry[]): TimelineEntry[] {
  const keys = new Map<TimelineEntry, number>()
  const numbered = entries.filter(({ number }) => number !== null)
  let before = 0
  for (const entry of numbered.sort((a, b) => Number(a.number) - Number(b.number))) {
    const own = timeOf(entry)
    before = Number.isInteger(own) && own <= before && before < own + 1 ? before + MICROSECOND : own
    keys.set(entry, before)
  }
  return sortBy(entries, (entry) => keys.get(entry) ?? timeOf(entry))
}

/** What has the same key stays in its order. */
function sortBy(entries: readonly TimelineEntry[], keyOf: (entry: TimelineEntry) => number): TimelineEntry[] {
  return [...entries].sort((a, b) => keyOf(a) - keyOf(b))
}

function timeOf({ at, until }: TimelineEntry): number {
  return until ?? at ?? 0
}

/** Kinds of records are any words, so that one that is no type may be a record's. */
function wantsType(kinds: readonly string[] | undefined, types: readonly TimelineType[]): boolean {
  if (kinds === undefined) return true
  return kinds.some((kind) => {
    if ((types as readonly string[]).includes(kind)) return true
    if (kind === 'arrived' || kind === 'left') return types.includes('arrival')
    return !isType(kind) && (types.includes('record') || types.includes('told'))
  })
}

function isType(kind: string): boolean {
  return ['record', 'message', 'edit', 'claim', 'told', 'arrival'].includes(kind)
}

async function readRecords(
  ctx: RoomContext,
  query: TimelineQuery,
  { known, onProgress }: { known: KnownSessions; onProgress?: ((done: number, total: number) => void) | undefined },
): Promise<TimelineEntry[]> {
  const { log } = ctx.transport
  const { targets } = await log.project(retractionsProjection, onProgress)
  const retracted = new Set(targets)
  const search: LogSearch = {
    words: searchWords(query),
    since: query.since,
    until: query.until,
    limit: query.limit,
    matches: (record) => stands(record, retracted) && isWantedEntry(recordEntry(record, known.nameOf), query),
  }
  const found = await (log.search?.(search, onProgress) ?? searchByReading(ctx, search))
  return found.map((record) => recordEntry(record, known.nameOf))
}

/** What stands in every record that is wanted, as it is stored. Names of sessions do not: they are looked up. */
function searchWords({ by, file, kinds, grep }: TimelineQuery): string[] {
  const words: string[] = []
  if (by?.sessionId !== undefined) words.push(...wordsForSearch(by.sessionId))
  if (file !== undefined) words.push(...file.lead.slice(0, 1).flatMap(wordsForSearch))
  const [kind] = kinds ?? []
  if (kinds?.length === 1 && kind !== undefined && !['record', 'message', 'claim'].includes(kind)) words.push(kind)
  return grep === undefined || isMaybeName(grep) ? words : [...words, ...wordsForSearch(grep)]
}

/** What somebody looks for may be a name, or a part of one, which a stored record need not have. */
function isMaybeName(grep: string): boolean {
  return /^[a-z0-9][a-z0-9-]*-\d*$/i.test(grep)
}

async function searchByReading(ctx: RoomContext, { since, until, limit, matches }: LogSearch): Promise<ChangeRecord[]> {
  const found: ChangeRecord[] = []
  let cursor = { revision: 0, changes_offset: 0 }
  for (;;) {
    const page = await ctx.transport.log.read(cursor, PAGE)
    for (const record of page.records) {
      const at = epochOf(record.ts)
      const isInTime = at === undefined || (at >= (since ?? at) && at <= (until ?? at))
      if (isInTime && matches(record)) found.push(record)
    }
    if (found.length > limit) found.splice(0, found.length - limit)
    if (!page.more) return found
    cursor = page.cursor
  }
}

/** Each box from its end, as far back as something may be wanted. */
async function readMessages(ctx: RoomContext, query: TimelineQuery, known: KnownSessions): Promise<TimelineEntry[]> {
  const { inbox } = ctx.transport
  const boxes = await inbox.boxes()
  const found = await Promise.all(
    boxes.map(async (box) => {
      const taken: TimelineEntry[] = []
      const { count } = await inbox.size(box)
      let old = 0
      for (let end = count; end > 0 && taken.length < query.limit && old < OLD_PAGES; end -= PAGE) {
        const start = Math.max(0, end - PAGE)
        const page = await inbox.read(box, start, end - start)
        const entries = page.flatMap(({ message }) => (message === null ? [] : messageEntry(message, known.nameOf)))
        const { since } = query
        old = since !== undefined && entries.every(({ at }) => at !== null && at < since) ? old + 1 : 0
        taken.unshift(...entries.filter((entry) => isWantedEntry(entry, query)))
      }
      return taken
    }),
  )
  return newest(found.flat(), query.limit)
}

async function readEdits(ctx: RoomContext, query: TimelineQuery, known: KnownSessions): Promise<TimelineEntry[]> {
  const { since = 0, until, by, file, grep } = query
  const isPlain = by === undefined && file === undefined && grep === undefined
  const edits = await ctx.history?.edits({
    now: ctx.clock.now(),
    since,
    until,
    limit: query.limit,
    ...(isPlain ? {} : { matches: (edit) => isWantedEntry(editEntry(edit, known.nameOf), query) }),
  })
  return (edits ?? []).map((edit) => editEntry(edit, known.nameOf)).filter((entry) => isWantedEntry(entry, query))
}

async function readTold(ctx: RoomContext, query: TimelineQuery, known: KnownSessions): Promise<TimelineEntry[]> {
  const tellings = (await ctx.activity?.tellings({ since: query.since })) ?? []
  const entries = tellings.map((telling) => toldEntry(telling, known.nameOf)).filter((one) => isWantedEntry(one, query))
  return newest(entries, query.limit)
}

function readArrivals(query: TimelineQuery, { names, toolOf }: KnownSessions): TimelineEntry[] {
  const entries = names.flatMap((held) => arrivalEntries(held, toolOf)).filter((entry) => isWantedEntry(entry, query))
  return newest(entries, query.limit)
}

function newest(entries: readonly TimelineEntry[], limit: number): TimelineEntry[] {
  return sortBy(entries, timeOf).slice(-limit)
}
