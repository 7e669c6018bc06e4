import * as Flags from '@oclif/core/flags'
import type { TimelineEntry } from '@rally/core/model/timeline-entry'
import { parseFilePattern } from '@rally/core/rules/files/file-pattern'
import { eventIdOfMessage } from '@rally/core/rules/inbox/message-ids'
import type { RoomContext } from '@rally/core/usecases/context'
import { findSomebody } from '@rally/core/usecases/timeline/find-somebody'
import { knownSessions } from '@rally/core/usecases/timeline/known-sessions'
import { readTimeline, type TimelineQuery } from '@rally/core/usecases/timeline/read-timeline'
import { type Outcome, RallyCommand } from '../base-command.js'
import { readFileArgument } from '../file-argument.js'
import { parseCsv, sessionFlags } from '../flags.js'
import { readInstant } from '../instant-flag.js'
import { renderJsonLine, writeStdout } from '../output.js'
import { startProgress } from '../progress.js'
import { untilStopped, wait } from '../streaming.js'
import { renderEntries, renderTimeline } from '../views/log/timeline.js'
import { dayOf } from '../views/text/clock-time.js'
import { wrapText } from '../views/text/lines.js'

const WARNINGS = ['collision', 'merge-risk', 'claim', 'lost-claim', 'git', 'drift', 'branch', 'denied', 'shared']
const USUAL_LIMIT = 30
const MOST = 100_000
/** What hooks write beside the stores gives no sign: it is looked at every so many seconds. */
const LOOK_SECS = 2
/** What is written may say that it happened earlier: a relay brings it late, an edit is seen at the next look. */
const LATE_SECS = 3600

export default class Log extends RallyCommand {
  static override summary =
    'Show what happened in the room: records, messages, edits, claims, warnings, who came and went.'
  static override description =
    `One line each, oldest first; without --limit the newest ${USUAL_LIMIT}. Records and messages are kept as long as the log, edits and what
agents were told for seven days (history.days) and on this machine alone.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --since 2h --file "src/cart/**"',
    '<%= config.bin %> <%= command.id %> --by codex-1 --kind edit,message',
    '<%= config.bin %> <%= command.id %> --grep "price rules" --follow',
  ]
  static override flags = {
    ...sessionFlags,
    since: Flags.string({ summary: 'Nothing before: 90s, 2h, 7d, or a time.', helpValue: 'TIME' }),
    until: Flags.string({ summary: 'Nothing after: 90s, 2h, 7d ago, or a time.', helpValue: 'TIME' }),
    by: Flags.string({ summary: 'Only of this session, tool or person.', helpValue: 'WHO' }),
    to: Flags.string({ summary: 'Only what was meant for this session, tool or person.', helpValue: 'WHO' }),
    file: Flags.string({ summary: 'Only what is about this file, folder or glob.', helpValue: 'FILE' }),
    kind: Flags.string({
      summary: 'Only these: record, message, edit, claim, told, warning, arrival, or kinds of records; commas between.',
      helpValue: 'KINDS',
    }),
    grep: Flags.string({ summary: 'Only what has this text, letter case aside.', helpValue: 'TEXT' }),
    limit: Flags.integer({
      summary: `At most so many, the newest; default ${USUAL_LIMIT}.`,
      helpValue: 'N',
      min: 1,
      max: MOST,
    }),
    all: Flags.boolean({ summary: 'However many there are.', exclusive: ['limit'] }),
    follow: Flags.boolean({ char: 'f', summary: 'Go on with what happens next; ends with Ctrl-C.' }),
  }

  protected override get streams(): boolean {
    return this.argv.includes('--follow') || this.argv.includes('-f')
  }

  protected async execute(): Promise<Outcome | undefined> {
    const { flags } = await this.parse(Log)
    const ctx = await this.rally.room(flags)
    const now = ctx.clock.now()
    const known = flags.by === undefined && flags.to === undefined ? undefined : await knownSessions(ctx)
    const somebody = (word: string | undefined) => word !== undefined && known && findSomebody(ctx, word, known)
    const query: TimelineQuery = {
      since: readInstant('since', flags.since, now),
      until: readInstant('until', flags.until, now),
      by: (await somebody(flags.by)) || undefined,
      to: (await somebody(flags.to)) || undefined,
      file: flags.file === undefined ? undefined : parseFilePattern(readFileArgument(flags.file, ctx)),
      kinds:
        flags.kind === undefined
          ? undefined
          : parseCsv(flags.kind).flatMap((kind) => (kind === 'warning' ? WARNINGS : kind)),
      grep: flags.grep,
      limit: flags.all ? MOST : (flags.limit ?? USUAL_LIMIT),
    }
    const progress = startProgress('reading the log', this.rally.env)
    // Of what comes while the first answer is made nothing is lost: it is in neither of the two, or in the first answer.
    const before = flags.follow ? await this.#late(ctx, query) : []
    const timeline = await readTimeline(ctx, query, progress.report)
    progress.end()
    if (!flags.follow) {
      const more = `rally log --limit ${Math.min(MOST, query.limit * 10)}`
      return {
        json: { app_slug: ctx.channel.app, entries: timeline.entries, left_out: timeline.leftOut },
        text: (terminal) => renderTimeline(timeline, { ...terminal, more }),
      }
    }
    await this.#follow(ctx, query, { first: timeline.entries, before })
    return undefined
  }

  async #late(ctx: RoomContext, query: TimelineQuery): Promise<readonly TimelineEntry[]> {
    const since = Math.max(query.since ?? 0, ctx.clock.now() - LATE_SECS)
    return (await readTimeline(ctx, { ...query, since, limit: MOST })).entries
  }

  /** What is there, then everything that comes, each once. */
  async #follow(
    ctx: RoomContext,
    query: TimelineQuery,
    { first, before }: Readonly<Record<'first' | 'before', readonly TimelineEntry[]>>,
  ): Promise<void> {
    const shown = new Set<string>()
    let day: string | undefined
    const show = (entries: readonly TimelineEntry[]): void => {
      const fresh = entries.filter((entry) => !shown.has(keyOf(entry)))
      for (const entry of fresh) shown.add(keyOf(entry))
      if (fresh.length === 0) return
      if (this.wantsJson) for (const entry of fresh) writeStdout(renderJsonLine(entry))
      else
        writeStdout(`${wrapText(renderEntries(fresh, { ...this.terminal, day }).join('\n'), this.terminal.columns)}\n`)
      day = dayOf(fresh.at(-1)?.at ?? ctx.clock.now())
    }
    show(first)
    for (const entry of before) shown.add(keyOf(entry))
    await untilStopped(async (signal) => {
      let wake = (): void => {}
      const watching = ctx.transport.watch(() => wake(), { signal })
      while (!signal.aborted) {
        const hint = new Promise<void>((resolve) => {
          wake = resolve
        })
        await Promise.race([hint, wait(LOOK_SECS, signal)])
        if (signal.aborted) break
        show(await this.#late(ctx, query))
      }
      await watching
    })
  }
}

/** A message and its record are written one after the other, and are one entry as soon as both are there. */
function keyOf({ type, kind, id, by, at, files }: TimelineEntry): string {
  if (id !== null) return eventIdOfMessage(id) ?? id
  return [type, kind, by, at, ...files].join('\n')
}
