import type { TimelineEntry } from '@rally/core/model/timeline-entry'
import { eventIdOfMessage } from '@rally/core/rules/inbox/message-ids'
import type { KeyedEntry } from './room-news.js'

/** Longer words of an entry are cut: the record has them all. */
const MOST_WORDS = 400

/** A message and its record are written one after the other and are one entry; an edit that goes on stays the same one. */
export function keyedEntry(entry: TimelineEntry): KeyedEntry {
  const { type, kind, id, by, at, files, text } = entry
  const key = id === null ? [type, kind, by, at, ...files].join('\n') : (eventIdOfMessage(id) ?? id)
  return { ...entry, text: text.slice(0, MOST_WORDS), key }
}
