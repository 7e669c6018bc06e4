import * as Flags from '@oclif/core/flags'
import type { TimelineEntry } from '@rally/core/model/timeline-entry'
import { followTimeline } from '@rally/core/usecases/timeline/follow-timeline'
import { readTimeline } from '@rally/core/usecases/timeline/read-timeline'
import { type Outcome, RallyCommand } from '../base-command.js'
import { sessionFlags } from '../flags.js'
import { renderJsonLine, writeStdout } from '../output.js'
import { startProgress } from '../progress.js'
import { untilStopped, wait } from '../streaming.js'
import { MOST_ENTRIES, toTimelineQuery, USUAL_LIMIT } from '../timeline-query.js'
import { renderEntries, toJson, toText } from '../views/log/timeline.js'
import { dayOf } from '../views/text/clock-time.js'
import { wrapText } from '../views/text/lines.js'

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
      max: MOST_ENTRIES,
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
    const query = await toTimelineQuery(ctx, flags)
    const progress = startProgress('reading the log', this.rally.env)
    if (flags.follow) {
      const show = this.#printer(() => ctx.clock.now())
      await untilStopped(async (signal) => {
        for await (const entries of followTimeline(ctx, query, { signal, wait, onProgress: progress.report })) {
          progress.end()
          show(entries)
        }
      })
      return undefined
    }
    const timeline = await readTimeline(ctx, query, progress.report)
    progress.end()
    return { json: toJson(timeline, ctx.channel), text: (terminal) => toText(timeline, query, terminal) }
  }

  /** Prints what came; a text names the day where it is another one. */
  #printer(now: () => number): (entries: readonly TimelineEntry[]) => void {
    let day: string | undefined
    return (entries) => {
      if (entries.length === 0) return
      if (this.wantsJson) for (const entry of entries) writeStdout(renderJsonLine(entry))
      else
        writeStdout(
          `${wrapText(renderEntries(entries, { ...this.terminal, day }).join('\n'), this.terminal.columns)}\n`,
        )
      day = dayOf(entries.at(-1)?.at ?? now())
    }
  }
}
