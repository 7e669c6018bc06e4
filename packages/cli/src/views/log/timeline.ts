import type { Channel } from '@rally/core/model/channel'
import type { LogOutput } from '@rally/core/model/outputs/log'
import type { TimelineEntry } from '@rally/core/model/timeline-entry'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { Timeline, TimelineQuery } from '@rally/core/usecases/timeline/read-timeline'
import type { Terminal } from '../../terminal.js'
import { MOST_ENTRIES } from '../../timeline-query.js'
import { clockTime, dayOf } from '../text/clock-time.js'
import { few, plural, quotePeer } from '../text/lines.js'

export interface TimelineScreen extends Terminal {
  /** Shown before this call: the day that stands above the last line. */
  readonly day?: string | undefined
}

export function toJson({ entries, leftOut }: Timeline, { app }: Pick<Channel, 'app'>): LogOutput {
  return { app_slug: app, entries: [...entries], left_out: leftOut }
}

/** A line for each entry, oldest first, under the day it is of. */
export function toText({ entries, leftOut }: Timeline, { limit }: TimelineQuery, screen: TimelineScreen): string {
  if (entries.length === 0) return 'nothing of this happened here'
  const more = `rally log --limit ${Math.min(MOST_ENTRIES, limit * 10)}`
  const older = leftOut ? [screen.style.dim(`older ones are left out: ${more}`)] : []
  return [...older, ...renderEntries(entries, screen)].join('\n')
}

/** Without a word about what is left out; `day` is the day of the line before. */
export function renderEntries(entries: readonly TimelineEntry[], { style, day }: TimelineScreen): string[] {
  const lines: string[] = []
  let last = day
  for (const entry of entries) {
    const of = entry.at === null ? undefined : dayOf(entry.at)
    if (of !== undefined && of !== last) {
      lines.push(style.bold(of))
      last = of
    }
    lines.push(entryLine(entry))
  }
  return lines
}

function entryLine(entry: TimelineEntry): string {
  const { at, by } = entry
  return `${at === null ? '  :  :  ' : clockTime(at)}  ${cleanLine(by)} ${whatHappened(entry)}`
}

/** What somebody did, in words that follow the name. */
function whatHappened(entry: TimelineEntry): string {
  const { type, kind, number, to, text, files } = entry
  const words = text === '' ? '' : `: ${quotePeer(text, 200)}`
  const mark = number === null ? '' : ` #${number}`
  const whom = to === null ? '' : ` to ${cleanLine(to)}`
  if (type === 'edit') return `edits ${few(files)}${howOften(entry)}`
  if (type === 'arrival') return kind
  if (type === 'claim') return `${kind === 'claim' ? 'claims' : 'releases'} ${few(files) || 'files'}${mark}`
  if (type === 'told') return `is told${words} (${kind})`
  const about = files.length === 0 ? '' : ` about ${few(files)}`
  return `${cleanLine(kind)}${mark}${whom}${about}${words}`
}

function howOften({ at, until, count = 1 }: TimelineEntry): string {
  if (until === undefined || at === null || count < 2) return ''
  return ` (${plural(count, 'time')} until ${clockTime(until)})`
}
