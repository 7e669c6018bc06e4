import { num, obj, str } from '@rally/core/readers'
import { formatAge } from '@rally/core/rules/format-age'
import { cleanLine } from '@rally/core/rules/peer-text'
import { epochOf } from '@rally/core/rules/recency'
import type { SurfaceRecord } from '@rally/core/rules/sanitize-for-surface'
import { quotePeer } from './lines.js'

/** A record in one line: revision, kind, who, when, and its words if it has some. */
export function describeChange(row: SurfaceRecord, now: number): string {
  const payload = obj(row.payload)
  const words = str(payload.subject) || str(payload.reason) || str(payload.phase) || str(payload.verdict)
  const what = words === '' ? '' : ` ${quotePeer(words, 60)}`
  const who = cleanLine(str(row.tool)) || 'unknown'
  return `${num(row.revision) ?? '?'} ${cleanLine(str(row.kind))} by ${who}, ${describeAge(row.ts, now)}${what}`
}

/** How long ago a stored time is. */
export function describeAge(ts: unknown, now: number): string {
  const at = epochOf(ts)
  return at === undefined ? 'at an unknown time' : `${formatAge(Math.max(0, now - at))} ago`
}
