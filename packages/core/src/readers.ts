/**
 * Total readers for foreign JSON: each answers a value of the asked type or a default, and never throws.
 * The use cases and the hot path read stored data with these instead of zod (which costs several milliseconds to load);
 * tests prove that readers and schemas agree.
 */

export type JsonObject = { [key: string]: unknown }

/** Whether `value` is a plain JSON object (not an array, not null). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object, or an empty one. */
export function obj(value: unknown): JsonObject {
  return isObject(value) ? value : {}
}

/** The string, or `fallback`. */
export function str(value: unknown, fallback = ''): string {
  return typeof value === 'string' ? value : fallback
}

/** The string if it is not empty, else undefined. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The finite number, or undefined. Booleans and numeric strings are not numbers. */
export function num(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** The safe integer, or undefined. */
export function int(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined
}

/** The boolean, or `fallback`. */
export function bool(value: unknown, fallback = false): boolean {
  return typeof value === 'boolean' ? value : fallback
}

/** The array, or an empty one. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** The strings of an array, others left out. */
export function strings(value: unknown): string[] {
  return list(value).filter((item): item is string => typeof item === 'string')
}

/** `JSON.parse` that answers undefined for anything that is not JSON. */
export function parseJson(source: string): unknown {
  try {
    return JSON.parse(source)
  } catch {
    return undefined
  }
}
