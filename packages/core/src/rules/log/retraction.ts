import { int, isObject, obj, str, text } from '../../readers.js'

/**
 * The event id that a record takes back, or null if it is no retraction (protocol section 3.6): `payload.retracts`, else a
 * subject `retract: <id>`, else `retracts=<id>` in the summary.
 */
export function retractionTarget(record: unknown): string | null {
  if (!isObject(record)) return null
  const payload = isObject(record.payload) ? record.payload : {}
  const named = text(payload.retracts)?.trim()
  if (named) return named
  const subject = str(record.subject) || str(payload.subject)
  const inSubject = /^retract: (\S+)$/.exec(subject.trim())?.[1]
  if (inSubject !== undefined) return inSubject
  const summary = str(record.summary) || str(payload.summary) || str(payload.reason)
  return /retracts=([^\s\]]+)/.exec(summary)?.[1] ?? null
}

/** The revision that a retraction written by rally names beside the event id; it tells records of one id apart. */
export function retractedRevision(record: unknown): number | undefined {
  return int(obj(obj(record).payload).retracts_revision)
}

/**
 * The records that stand, in order. A retraction hides exactly one record: the one of that id and revision, else the newest
 * one before it with that id that is still visible, else the oldest after it (ids that the Python system made are not unique). Retractions themselves stay.
 */
export function applyRetractions<Row extends { readonly event_id?: unknown }>(records: readonly Row[]): Row[] {
  const targets = records.map(retractionTarget)
  const hidden = new Set<number>()
  const places = new Map<unknown, number[]>()
  records.forEach((record, index) => {
    if (targets[index] !== null || text(record.event_id) === undefined) return
    const same = places.get(record.event_id)
    if (same === undefined) places.set(record.event_id, [index])
    else same.push(index)
  })
  targets.forEach((target, index) => {
    const same = target === null ? [] : (places.get(target) ?? [])
    const revision = retractedRevision(records[index])
    const named = revision === undefined ? undefined : same.find((place) => obj(records[place]).revision === revision)
    const visible = same.filter((place) => !hidden.has(place))
    const victim = named ?? visible.findLast((place) => place < index) ?? visible[0]
    if (victim !== undefined) hidden.add(victim)
  })
  return records.filter((_, index) => !hidden.has(index))
}
