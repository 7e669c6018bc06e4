import { int, obj } from '../../readers.js'

/**
 * How many entries of a box a session has handled (protocol section 6). A damaged cursor counts as nothing handled. A
 * cursor beyond the box means that the box was cut or replaced: everything in it is new.
 */
export function handledCount(cursor: unknown, source: 'direct' | 'broadcast', size: number): number {
  const handled = Math.max(0, int(obj(obj(cursor)[source]).line_count) ?? 0)
  return handled > size ? 0 : handled
}

/** How many entries of a box are unread. */
export function unreadCount(cursor: unknown, source: 'direct' | 'broadcast', size: number): number {
  return size - handledCount(cursor, source, size)
}
