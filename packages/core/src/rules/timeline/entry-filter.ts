import type { TimelineEntry } from '../../model/timeline-entry.js'
import { type FilePattern, overlapOf, parseFilePattern } from '../files/file-pattern.js'

/** Somebody as a filter knows them: a session's id, a name, or a tool. Any of them is enough. */
export interface Somebody {
  readonly sessionId?: string | undefined
  readonly name?: string | undefined
  readonly tool?: string | undefined
}

/** Which entries are wanted; what is absent asks for nothing. Times are epoch seconds. */
export interface TimelineFilter {
  readonly since?: number | undefined
  readonly until?: number | undefined
  readonly by?: Somebody | undefined
  readonly to?: Somebody | undefined
  readonly file?: FilePattern | undefined
  /** Types and kinds; one is enough. */
  readonly kinds?: readonly string[] | undefined
  /** Stands somewhere in the entry, letter case aside. */
  readonly grep?: string | undefined
}

export function isWantedEntry(entry: TimelineEntry, filter: TimelineFilter): boolean {
  const { since, until, by, to, file, kinds, grep } = filter
  const last = entry.until ?? entry.at
  if (since !== undefined && last !== null && last < since) return false
  if (until !== undefined && entry.at !== null && entry.at > until) return false
  if (by !== undefined && !isBy(entry, by)) return false
  if (to !== undefined && !isTo(entry, to)) return false
  if (kinds !== undefined && !kinds.includes(entry.kind) && !kinds.includes(entry.type)) return false
  if (file !== undefined && !entry.files.some((one) => names(entry, one, file))) return false
  return grep === undefined || textOf(entry).includes(grep.toLowerCase())
}

function isBy(entry: TimelineEntry, { sessionId, name, tool }: Somebody): boolean {
  if (sessionId !== undefined) return entry.session_id === sessionId
  if (name !== undefined && entry.by === name) return true
  return tool !== undefined && entry.tool === tool
}

function isTo({ to }: TimelineEntry, { name, tool }: Somebody): boolean {
  return to !== null && (to === name || to === tool || to === 'all')
}

/** An edit is of a file; a record may speak of folders and globs. */
function names({ type }: TimelineEntry, one: string, file: FilePattern): boolean {
  return overlapOf(type === 'edit' ? asPattern(one) : parseFilePattern(one), file) === 'certain'
}

function asPattern(path: string): FilePattern {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  return { text: path, parts, lead: parts }
}

function textOf({ kind, by, to, files, text, id }: TimelineEntry): string {
  return [kind, by, to ?? '', text, id ?? '', ...files].join('\n').toLowerCase()
}

/** The longest runs of a text that stand in stored JSON as they are: printable ASCII, nothing that is escaped there. */
export function wordsForSearch(text: string): string[] {
  return text.split(/[^ !#-.0-[\]-~]+/).filter((word) => word !== '')
}
