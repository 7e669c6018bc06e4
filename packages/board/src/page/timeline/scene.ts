import type { RoomPicture } from '@rally/core/model/room-picture'
import type { KeyedEntry } from '../../stream/room-news.js'
import type { History } from './history.js'
import { startOf } from './history.js'
import type { TaskHistory } from './task-history.js'

/** A stretch of time on a lane (epoch seconds). */
export interface Span {
  readonly lane: number
  readonly start: number
  readonly end: number
  readonly label: string
  readonly entry?: KeyedEntry
}

/** Everything that the timeline may draw; which part is drawn is the canvas's affair. */
export interface Scene {
  /** Names, from above. */
  readonly lanes: readonly string[]
  readonly laneOf: ReadonlyMap<string, number>
  readonly tasks: readonly Span[]
  readonly claims: readonly Span[]
  readonly collisions: readonly Span[]
}

const PERSON = 'you'
const LONGEST_CLAIM_SECS = 2 * 3600
const SHORTEST_SECS = 4
/** Two edits of a file so far apart belong to one collision. */
const GAP_SECS = 600

export interface SceneParts {
  readonly history: History
  readonly tasks: TaskHistory
  readonly picture: RoomPicture
  readonly person: string
  readonly now: number
}

/** Lanes: who is here, in the picture's order, then whoever else did something, newest first. */
export function makeScene({ history, tasks, picture, person, now }: SceneParts): Scene {
  const live = picture.agents.filter(({ state }) => state !== 'gone').map(({ name }) => name)
  const lanes = [...new Set([...live, ...othersIn(history)])].slice(0, MOST_LANES)
  const laneOf = new Map(lanes.map((name, lane) => [name, lane]))
  laneOf.set(PERSON, laneOf.get(person) ?? -1)
  const spans = { history, laneOf, now }
  return {
    lanes,
    laneOf,
    tasks: taskSpans({ ...spans, tasks, picture }),
    claims: claimSpans({ ...spans, picture }),
    collisions: collisionSpans({ ...spans, picture }),
  }
}

const MOST_LANES = 60

/** Who came last stands first. */
function othersIn({ firsts }: History): string[] {
  return [...firsts].sort(([, a], [, b]) => b - a).map(([name]) => name)
}

interface SpanParts {
  readonly history: History
  readonly laneOf: ReadonlyMap<string, number>
  readonly now: number
}

/** From an arrival to the leaving; the part that the page saw is cut where the task changed. */
function taskSpans({
  history,
  laneOf,
  now,
  tasks,
  picture,
}: SpanParts & { readonly tasks: TaskHistory; readonly picture: RoomPicture }): Span[] {
  const spans: Span[] = []
  const arrived = new Map<string, number>()
  const first = history.firsts
  for (const entry of history.notable) {
    const at = startOf(entry)
    if (entry.type !== 'arrival') continue
    const start = arrived.get(entry.by)
    if (entry.kind === 'arrived') arrived.set(entry.by, start ?? at)
    const lane = laneOf.get(entry.by)
    if (entry.kind === 'left') {
      if (lane !== undefined) spans.push({ lane, start: start ?? first.get(entry.by) ?? at, end: at, label: '' })
      arrived.delete(entry.by)
    }
  }
  for (const { name, state, task } of picture.agents) {
    const lane = laneOf.get(name)
    if (lane === undefined || state === 'gone') continue
    const seen = tasks.of(name)
    const begin = seen[0]?.start ?? now
    const start = arrived.get(name) ?? first.get(name) ?? begin
    if (seen.length === 0) spans.push({ lane, start, end: now, label: task })
    for (const [at, span] of seen.entries())
      spans.push({
        lane,
        start: at === 0 ? Math.min(start, span.start) : span.start,
        end: span.end ?? now,
        label: span.task,
      })
  }
  return spans
}

/** From a claim to its release, or as far as it can last. */
function claimSpans({ history, laneOf, now, picture }: SpanParts & { readonly picture: RoomPicture }): Span[] {
  const held = new Map(picture.agents.map(({ name, claims }) => [name, new Set(claims)]))
  const open = new Map<string, KeyedEntry[]>()
  const spans: Span[] = []
  const end = (entry: KeyedEntry, at: number) => {
    const lane = laneOf.get(entry.by)
    if (lane === undefined) return
    spans.push({ lane, start: startOf(entry), end: at, label: entry.files.join(', '), entry })
  }
  for (const entry of history.notable) {
    if (entry.type !== 'claim') continue
    const mine = open.get(entry.by) ?? []
    open.set(entry.by, mine)
    if (entry.kind === 'claim') mine.push(entry)
    else {
      const isEnded = (one: KeyedEntry) =>
        entry.files.length === 0 || one.files.some((file) => entry.files.includes(file))
      for (const one of mine.filter(isEnded)) end(one, startOf(entry))
      open.set(
        entry.by,
        mine.filter((one) => !isEnded(one)),
      )
    }
  }
  for (const [by, claims] of open)
    for (const one of claims) {
      const holds = one.files.some((file) => held.get(by)?.has(file))
      end(one, holds ? now : Math.min(now, startOf(one) + LONGEST_CLAIM_SECS))
    }
  return spans
}

/** What agents were warned of, as long as the file was edited; and the collisions of this moment. */
function collisionSpans({ history, laneOf, now, picture }: SpanParts & { readonly picture: RoomPicture }): Span[] {
  const past = history.notable.flatMap((entry): Span[] => {
    const lane = entry.type === 'told' ? laneOf.get(entry.by) : undefined
    if (lane === undefined) return []
    const start = startOf(entry)
    const end = endOfEdits(history, entry)
    return [{ lane, start, end: Math.min(end, now), label: entry.files.join(', '), entry }]
  })
  const present = picture.collisions
    .filter(({ kind }) => kind === 'same-tree')
    .flatMap(({ path, since, sessions }) =>
      sessions.flatMap(({ name }): Span[] => {
        const lane = laneOf.get(name)
        return lane === undefined ? [] : [{ lane, start: since, end: now, label: path }]
      }),
    )
  return [...past, ...present]
}

/** How long a file that was warned of went on being edited: each edit lengthens it. */
function endOfEdits(history: History, warning: KeyedEntry): number {
  let end = startOf(warning) + SHORTEST_SECS
  for (let at = history.indexAt(startOf(warning) - GAP_SECS); at < history.entries.length; at += 1) {
    const entry = history.entries[at]
    if (entry === undefined || startOf(entry) > end + GAP_SECS) break
    if (entry.type === 'edit' && entry.files.some((file) => warning.files.includes(file)))
      end = Math.max(end, entry.until ?? startOf(entry))
  }
  return end
}
