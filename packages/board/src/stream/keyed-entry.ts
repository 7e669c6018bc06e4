import type { TimelineEntry } from '@rally/core/model/timeline-entry'
import { eventIdOfMessage } from '@rally/core/rules/inbox/message-ids'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { KeyedEntry } from './room-news.js'

/**
 * Tells an entry from others. A message and its record are written one after the other and are one entry; an edit that goes on
 * stays the same one.
 */
export function keyOfEntry({ type, kind, id, by, at, files }: TimelineEntry): string {
  return id === null ? [type, kind, by, at, ...files].join('\n') : (eventIdOfMessage(id) ?? id)
}

/** An entry with its key, its names and files cleaned. */
export function keyedEntry(entry: TimelineEntry): KeyedEntry {
  const { by, files, to } = entry
  return {
    ...entry,
    key: keyOfEntry(entry),
    by: cleanLine(by),
    to: to === null ? null : cleanLine(to),
    files: files.map(cleanLine),
    text: cleanLine(entry.text),
  }
}
