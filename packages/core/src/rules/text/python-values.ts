import { num } from '../../readers.js'

/**
 * How the existing Python system turns stored values of the wrong type into numbers and text. Channels hold such values,
 * and both systems must read the same thing out of them.
 */

/** `bool(value)`. */
export function truthy(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0
  return Boolean(value)
}

/** `float(value)` if that is a finite number, else undefined: booleans and numeric strings count. */
export function toNumber(value: unknown): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'string')
    return /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(value) ? Number(value) : undefined
  return num(value)
}

/** `int(value)` if that is a safe integer, else undefined: fractions are cut, `"1_000"` is read. */
export function toInteger(value: unknown): number | undefined {
  if (typeof value === 'string') {
    if (!/^\s*[+-]?\d+(_\d+)*\s*$/.test(value)) return undefined
    return safe(Number(value.replaceAll('_', '')))
  }
  const number = typeof value === 'boolean' ? Number(value) : num(value)
  return number === undefined ? undefined : safe(Math.trunc(number))
}

/** `str(value)` of a scalar (`True`, `False`), undefined for anything else. */
export function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  const number = num(value)
  return number === undefined ? undefined : String(number)
}

function safe(value: number): number | undefined {
  return Number.isSafeInteger(value) ? value + 0 : undefined
}
