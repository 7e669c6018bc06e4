import type { Claim, ClaimsDocument, LostClaim } from '../../model/claim.js'
import { int, isObject, list, num, obj, str, strings, text } from '../../readers.js'

/** The name of the document in the store of leases. */
export const CLAIMS = 'claims'

/**
 * The claims of a room as stored; what is no claim is left out. A document that cannot be read counts as empty. Its numbers are
 * lost with it: `now` (epoch seconds) is greater than any that was counted, so that they still only grow.
 */
export function readClaims(value: unknown, now: number): ClaimsDocument {
  const { lost: before, ...stored } = obj(value)
  const claims = list(stored.claims).flatMap((item) => readClaim(item) ?? [])
  const known = int(stored.fence)
  const greatest = claims.reduce((most, { fence }) => Math.max(most, fence), known ?? 0)
  const isDamaged = value !== undefined && (known === undefined || known < 0)
  const lost = list(before).flatMap((item) => readLost(item) ?? [])
  return {
    ...stored,
    schema_version: str(stored.schema_version, '1.0'),
    fence: isDamaged ? Math.max(greatest, Math.floor(now)) : greatest,
    claims,
    ...(lost.length === 0 ? {} : { lost }),
  }
}

function readLost(value: unknown): LostClaim | undefined {
  if (!isObject(value)) return undefined
  const [id, sessionId, at] = [text(value.id), text(value.session_id), num(value.at)]
  const patterns = strings(value.patterns)
  if (id === undefined || sessionId === undefined || at === undefined || patterns.length === 0) return undefined
  return { ...value, id, session_id: sessionId, patterns, at, by: text(value.by) ?? null }
}

function readClaim(value: unknown): Claim | undefined {
  if (!isObject(value)) return undefined
  const id = text(value.id)
  const fence = int(value.fence)
  const sessionId = text(value.session_id)
  const until = num(value.until)
  const patterns = strings(value.patterns)
  if (id === undefined || fence === undefined || sessionId === undefined || until === undefined) return undefined
  if (patterns.length === 0) return undefined
  return {
    ...value,
    id,
    fence,
    session_id: sessionId,
    tool: str(value.tool, 'unknown'),
    host: str(value.host, 'unknown'),
    ...(text(value.machine) === undefined ? {} : { machine: text(value.machine) }),
    by: text(value.by) ?? null,
    patterns,
    mode: value.mode === 'shared' ? 'shared' : 'exclusive',
    why: text(value.why) ?? null,
    since: num(value.since) ?? until,
    until,
    secs: Math.max(0, num(value.secs) ?? 0),
  }
}
