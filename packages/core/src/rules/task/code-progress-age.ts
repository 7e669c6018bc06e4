import { num, obj, text } from '../../readers.js'

/**
 * Seconds since the head of a session's branch was last seen to move, from what was remembered of it; null when nothing can
 * be said (first sight, no usable commit id). A head that differs from the remembered one moved just now.
 */
export function codeProgressAge(remembered: unknown, headSha: unknown, now: number): number | null {
  const sha = text(headSha)
  const entry = obj(remembered)
  const movedAt = num(entry.moved_ts)
  if (sha === undefined || sha === 'unknown' || text(entry.sha) === undefined || movedAt === undefined) return null
  return entry.sha === sha ? Math.max(0, now - movedAt) : 0
}
