import { num } from '../../readers.js'
import { isArchivable, recencyWeight } from '../text/recency.js'

/** How many changes a status lists (protocol section 13). */
export const MAX_CHANGES = 20

/**
 * The newest records of those given in order of writing, as the existing readers know the list: records with an ISO time
 * keep the order of writing; records of the old form, whose time is a number, fade (protocol section 7.1), so that they come
 * after, freshest first, and are left out when they are too old. What is written last is always in the list.
 */
export function newestChanges<Row extends { readonly ts?: unknown }>(
  records: readonly Row[],
  options: { now: number; max?: number | undefined; includeArchived?: boolean | undefined },
): Row[] {
  const max = Math.max(0, options.max ?? MAX_CHANGES)
  const weighed = records.map((record) => {
    const ts = num(record.ts)
    return { record, weight: ts === undefined ? 1 : recencyWeight(options.now - ts) }
  })
  const kept = options.includeArchived ? weighed : weighed.filter(({ weight }) => !isArchivable(weight))
  const newest = max === 0 ? [] : kept.slice(-max)
  return newest.sort((a, b) => b.weight - a.weight).map(({ record }) => record)
}
