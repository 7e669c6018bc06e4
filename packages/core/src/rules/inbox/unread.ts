import { int, list, obj } from '../../readers.js'

/**
 * How many entries of a box a session has handled (protocol section 6). A damaged cursor counts as nothing handled. A
 * cursor beyond the box means that the box was cut or replaced: everything in it is new.
 */
export function handledCount(cursor: unknown, source: 'direct' | 'broadcast', size: number): number {
  const handled = Math.max(0, int(obj(obj(cursor)[source]).line_count) ?? 0)
  return handled > size ? 0 : handled
}

/**
 * Ordinals of single messages that a session handled out of their turn, by answering them. Another program that writes the
 * cursor leaves them out; then it has counted them.
 */
export function handledAhead(cursor: unknown, source: 'direct' | 'broadcast'): number[] {
  return list(obj(obj(cursor).ahead)[source]).filter((item): item is number => int(item) !== undefined)
}

/** How many entries of a box are unread. */
export function unreadCount(cursor: unknown, source: 'direct' | 'broadcast', size: number): number {
  const handled = handledCount(cursor, source, size)
  return size - handled - handledAhead(cursor, source).filter((ordinal) => ordinal > handled && ordinal <= size).length
}
