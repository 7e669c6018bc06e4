import { truthy } from '@rally/core/rules/text/python-values'

/** The first value that Python holds for true, else undefined. */
export function firstTruthy(...values: readonly unknown[]): unknown {
  return values.find(truthy)
}

/** Python's spelling of a scalar; lists and objects as JSON. */
export function pythonText(value: unknown): string {
  if (typeof value === 'string') return value
  if (value === true) return 'True'
  if (value === false) return 'False'
  return JSON.stringify(value) ?? 'None'
}

/** A revision or sequence number as the reference reads it: numbers and numeric text, anything else and negatives are 0. */
export function countOf(value: unknown): number {
  const number = typeof value === 'string' && /^\s*\+?\d{1,16}\s*$/.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !(number >= 0 && number <= MAX_REVISION)) return number === true ? 1 : 0
  return Math.trunc(number)
}

/** Revisions above this are damage; believing one would leave no room for the next. */
const MAX_REVISION = 2 ** 52
