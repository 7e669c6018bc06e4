import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { KeyedEntry } from '../../stream/room-news.js'
import { cell, clock, cut, widthOf } from '../cells.js'
import type { Theme } from '../theme.js'
import { happened, timeOf, toneOf } from './happened.js'

const MOST_NAME = 16
/** Narrower than this, seconds take room that words need. */
const SHORT_CLOCK_COLUMNS = 60

export interface TimelineOptions {
  readonly columns: number
  readonly rows: number
  /** Lines scrolled back from the newest. */
  readonly back: number
  readonly theme: Theme
}

/** The newest entries that fit, the last one at the bottom; where nothing happened yet a line that says so. */
export function timelinePane(
  entries: readonly KeyedEntry[],
  { columns, rows, back, theme }: TimelineOptions,
): string[] {
  if (entries.length === 0) return [theme.dim(cut('  nothing happened yet', columns))]
  const end = Math.max(Math.min(rows, entries.length), entries.length - back)
  const shown = entries.slice(Math.max(0, end - rows), end)
  const names = shown.map(({ by }) => cleanLine(by))
  const nameColumns = Math.min(MOST_NAME, Math.floor(columns / 4), Math.max(...names.map(widthOf)))
  return shown.map((entry, at) => {
    const when = clock(timeOf(entry)).slice(0, columns < SHORT_CLOCK_COLUMNS ? 5 : 8)
    const tone = toneOf(entry)
    const left = columns - when.length - nameColumns - 4
    const words = cut(happened(entry), left)
    return `  ${theme.dim(when)}${' '}${cell(names[at] ?? '', nameColumns)} ${tone === undefined ? words : theme[tone](words)}`
  })
}

/** Entries that have the filter's text in them. */
export function filterEntries(entries: readonly KeyedEntry[], filter: string): readonly KeyedEntry[] {
  if (filter === '') return entries
  const wanted = filter.toLowerCase()
  return entries.filter((entry) => `${cleanLine(entry.by)} ${happened(entry)}`.toLowerCase().includes(wanted))
}
