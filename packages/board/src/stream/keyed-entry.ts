import type { TimelineEntry } from '@rally/core/model/timeline-entry'
import { eventIdOfMessage } from '@rally/core/rules/inbox/message-ids'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { KeyedEntry } from './room-news.js'

/**
 * An entry that can be told from others, its names and files cleaned. A message and its record are written one after the other
 * and are one entry; an edit that goes on stays the same one.
 */
export function keyedEntry(entry: TimelineEntry): KeyedEntry {
  const { type, kind, id, by, at, files, to } = entry
  const key = id === null ? [type, kind, by, at, ...files].join('\n') : (eventIdOfMessage(id) ?? id)
  return {
    ...entry,
    key,
    by: cleanLine(by),
    to: to === null ? null : cleanLine(to),
    files: files.map(cleanLine),
    text: cleanLine(entry.text),
  }
}
