import { num, obj, str } from '@rally/core/readers'
import type { SurfaceRecord } from '@rally/core/rules/log/sanitize-for-surface'
import { formatAge } from '@rally/core/rules/text/format-age'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import { epochOf } from '@rally/core/rules/text/recency'
import { quotePeer } from '../text/lines.js'

/** A record in one line, `#4 message from claude-1, 3m05s ago: "…"`. */
export function describeChange(row: SurfaceRecord, now: number): string {
  const payload = obj(row.payload)
  const words = str(payload.subject) || str(payload.reason) || str(payload.phase) || str(payload.verdict)
  const what = words === '' ? '' : `: ${quotePeer(words, 60)}`
  const who = cleanLine(str(row.name) || str(row.tool)) || 'unknown'
  return `#${num(row.revision) ?? '?'} ${cleanLine(str(row.kind))} from ${who}, ${describeAge(row.ts, now)}${what}`
}

/** How long ago a stored time is. */
export function describeAge(ts: unknown, now: number): string {
  const at = epochOf(ts)
  return at === undefined ? 'at an unknown time' : `${formatAge(Math.max(0, now - at))} ago`
}
