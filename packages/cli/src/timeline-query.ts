import { parseFilePattern } from '@rally/core/rules/files/file-pattern'
import type { RoomContext } from '@rally/core/usecases/context'
import { findSomebody } from '@rally/core/usecases/timeline/find-somebody'
import { knownSessions } from '@rally/core/usecases/timeline/known-sessions'
import type { TimelineQuery } from '@rally/core/usecases/timeline/read-timeline'
import { readFileArgument } from './file-argument.js'
import { parseCsv } from './flags.js'
import { readInstant } from './instant-flag.js'

/** What `--kind warning` stands for. */
const WARNINGS = ['collision', 'merge-risk', 'claim', 'lost-claim', 'git', 'drift', 'branch', 'denied', 'shared']
export const USUAL_LIMIT = 30
/** So many at most, also with `--all`. */
export const MOST_ENTRIES = 100_000

type Words = Record<'since' | 'until' | 'by' | 'to' | 'file' | 'kind' | 'grep', string | undefined>

interface TimelineFlags extends Readonly<Words> {
  readonly limit?: number | undefined
  readonly all: boolean
}

/** What the flags of `rally log` ask for. Throws USAGE for a time that cannot be read, NOT_FOUND for somebody unknown. */
export async function toTimelineQuery(ctx: RoomContext, flags: TimelineFlags): Promise<TimelineQuery> {
  const now = ctx.clock.now()
  const known = flags.by === undefined && flags.to === undefined ? undefined : await knownSessions(ctx)
  const somebody = (word: string | undefined) =>
    word === undefined || known === undefined ? undefined : findSomebody(ctx, word, known)
  const [by, to] = [await somebody(flags.by), await somebody(flags.to)]
  const kinds = flags.kind === undefined ? undefined : parseCsv(flags.kind)
  return {
    since: readInstant('since', flags.since, now),
    until: readInstant('until', flags.until, now),
    by,
    to,
    file: flags.file === undefined ? undefined : parseFilePattern(readFileArgument(flags.file, ctx)),
    kinds: kinds?.flatMap((kind) => (kind === 'warning' ? WARNINGS : kind)),
    grep: flags.grep,
    limit: flags.all ? MOST_ENTRIES : (flags.limit ?? USUAL_LIMIT),
  }
}
