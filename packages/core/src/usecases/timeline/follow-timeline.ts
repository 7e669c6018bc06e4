import type { TimelineEntry } from '../../model/timeline-entry.js'
import { eventIdOfMessage } from '../../rules/inbox/message-ids.js'
import type { RoomContext } from '../context.js'
import { Hints, keepListening, type Wait } from '../status/hints.js'
import { readTimeline, type TimelineQuery } from './read-timeline.js'

export interface FollowInput {
  /** Ends the sequence. */
  readonly signal: AbortSignal
  readonly wait: Wait
  /** Of the first look: bytes of the log that were read, and all. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined
}

/** What hooks write beside the stores gives no sign: it is looked at every so many seconds. */
const LOOK_SECS = 2
/** What is written may say that it happened earlier: a relay brings it late, an edit is seen at the next look. */
const LATE_SECS = 3600
/** Entries of one look; more are never written between two. */
const MOST = 100_000

/**
 * What is there, at most `query.limit` entries, then everything that comes, each once: what a look brings stands together,
 * oldest first. The first look is always answered, also with nothing.
 */
export async function* followTimeline(
  ctx: RoomContext,
  query: TimelineQuery,
  { signal, wait, onProgress }: FollowInput,
): AsyncGenerator<readonly TimelineEntry[], void, void> {
  const late = async (): Promise<readonly TimelineEntry[]> => {
    const since = Math.max(query.since ?? 0, ctx.clock.now() - LATE_SECS)
    return (await readTimeline(ctx, { ...query, since, limit: MOST })).entries
  }
  const shown = new Set<string>()
  const fresh = (entries: readonly TimelineEntry[]): readonly TimelineEntry[] => {
    const some = entries.filter((entry) => !shown.has(keyOf(entry)))
    for (const entry of some) shown.add(keyOf(entry))
    return some
  }
  // Of what comes while the first answer is made nothing is lost: it is in neither of the two, or in the first answer.
  const before = await late()
  yield fresh((await readTimeline(ctx, query, onProgress)).entries)
  fresh(before)
  const ending = new AbortController()
  const hints = new Hints(AbortSignal.any([signal, ending.signal]), wait)
  void keepListening(ctx.transport, hints, LOOK_SECS)
  try {
    while (!signal.aborted) {
      await hints.orAfter(LOOK_SECS)
      if (signal.aborted) return
      hints.take()
      const some = fresh(await late())
      if (some.length > 0) yield some
    }
  } finally {
    ending.abort()
  }
}

/** A message and its record are written one after the other, and are one entry as soon as both are there. */
function keyOf({ type, kind, id, by, at, files }: TimelineEntry): string {
  if (id !== null) return eventIdOfMessage(id) ?? id
  return [type, kind, by, at, ...files].join('\n')
}
