import { CLOCK_SKEW_SECS, epochOf, isArchivable, recencyWeight } from './recency.js'

/** How many changes a status lists (protocol section 13). */
export const MAX_CHANGES = 20

/**
 * The newest records that have not faded, freshest first; equally fresh ones keep the order of writing. `records` come in
 * order of writing. A record without a usable time, or dated over a minute ahead, is as fresh as the one written before it, so that a
 * wrong clock cannot hold the first places for ever.
 */
export function newestChanges<Row extends { readonly ts?: unknown }>(
  records: readonly Row[],
  options: { now: number; max?: number | undefined; includeArchived?: boolean | undefined },
): Row[] {
  const max = Math.max(0, options.max ?? MAX_CHANGES)
  if (max === 0) return []
  let reached = 0
  const weighed = records.map((record) => {
    const ts = epochOf(record.ts)
    if (ts !== undefined && ts <= options.now + CLOCK_SKEW_SECS) reached = ts
    return { record, weight: recencyWeight(options.now - reached) }
  })
  const kept = options.includeArchived ? weighed : weighed.filter(({ weight }) => !isArchivable(weight))
  // Both sorts are stable: among equally old records the cut drops the one that was written first.
  const newest = kept.sort((a, b) => a.weight - b.weight).slice(-max)
  return newest.sort((a, b) => b.weight - a.weight).map(({ record }) => record)
}
