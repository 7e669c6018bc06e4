import type { TimelineEntry } from '@rally/core/model/timeline-entry'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import { clock, plural, quoted } from '../cells.js'
import type { Tone } from '../theme.js'

/** When it was; of an edit that went on, when it was seen last. */
export function timeOf({ at, until }: TimelineEntry): number | null {
  return until ?? at
}

/** What somebody did, in words that follow the name. */
export function happened(entry: TimelineEntry): string {
  const { type, kind, number, to, text, files } = entry
  // Every text that rally tells begins with its name.
  const words = text === '' ? '' : ` ${quoted(type === 'told' ? text.replace(/^rally: /, '') : text)}`
  const mark = number === null ? '' : ` #${number}`
  const whom = to === null ? '' : ` to ${cleanLine(to)}`
  switch (type) {
    case 'edit':
      return `edits ${named(files)}${howOften(entry)}`
    case 'arrival':
      return cleanLine(kind)
    case 'claim':
      return `${kind === 'claim' ? 'claims' : 'releases'} ${named(files) || 'files'}${mark}`
    case 'told':
      return `is told (${cleanLine(kind)})${words}`
    default:
      return `${cleanLine(kind)}${mark}${whom}${files.length === 0 ? '' : ` about ${named(files)}`}${words}`
  }
}

/** What is a warning, and not only news. */
const WARNINGS = new Set([
  'collision',
  'merge-risk',
  'claim',
  'lost-claim',
  'git',
  'guard',
  'drift',
  'branch',
  'denied',
])

/** How an entry is drawn. */
export function toneOf({ type, kind }: TimelineEntry): Tone | undefined {
  if (type === 'told') return WARNINGS.has(kind) ? 'yellow' : 'dim'
  if (type === 'arrival') return 'dim'
  if (type === 'message') return 'cyan'
  return kind === 'escalation' ? 'red' : undefined
}

const SHOWN_FILES = 3

function named(files: readonly string[]): string {
  const more = files.length > SHOWN_FILES ? ` and ${files.length - SHOWN_FILES} more` : ''
  return files.slice(0, SHOWN_FILES).map(cleanLine).join(', ') + more
}

function howOften({ at, until, count = 1 }: TimelineEntry): string {
  return until === undefined || at === null || count < 2 ? '' : ` (${plural(count, 'time')} since ${clock(at)})`
}
