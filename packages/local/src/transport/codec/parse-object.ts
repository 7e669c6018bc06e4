import { isObject, type JsonObject } from '@rally/core/readers'

/** Deeper values are refused: they overflow the stack of whoever prints them, and crash the reference's parser. */
export const MAX_DEPTH = 200

/**
 * A stored line or small file as a JSON object, or undefined for everything else: torn text, arrays, scalars, values
 * nested too deeply. `NaN` and `Infinity`, which the reference's JSON writer can produce, become null; keys named
 * `__proto__` are dropped, so that no later copy can turn them into a prototype.
 */
export function parseObject(text: string): JsonObject | undefined {
  const value = parseAny(text)
  if (!isObject(value)) return undefined
  if (maybeDeep(text) && isDeeperThan(value, MAX_DEPTH)) return undefined
  if (/__proto__|\\u005[fF]/.test(text)) dropProto(value)
  return value
}

/** Whether a value may be stored: not nested too deeply, and no cycle. */
export function isDeeperThan(value: unknown, limit: number): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true
    const next: unknown[] = []
    for (const item of level) {
      if (typeof item !== 'object' || item === null) continue
      for (const child of Array.isArray(item) ? item : Object.values(item))
        if (typeof child === 'object' && child !== null) next.push(child)
    }
    level = next
  }
  return false
}

function parseAny(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    if (!/NaN|Infinity/.test(text)) return undefined
    const repaired = text.replace(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g, (token) => (token[0] === '"' ? token : 'null'))
    try {
      return JSON.parse(repaired)
    } catch {
      return undefined
    }
  }
}

/** Cheap look before the real one: text too short, or with too few brackets, cannot be too deep. */
function maybeDeep(text: string): boolean {
  if (text.length < MAX_DEPTH * 2) return false
  let opened = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if ((code === 0x7b || code === 0x5b) && ++opened > MAX_DEPTH) return true
  }
  return false
}

function dropProto(root: object): void {
  const pending: object[] = [root]
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    if (!Array.isArray(item) && Object.hasOwn(item, '__proto__')) Reflect.deleteProperty(item, '__proto__')
    for (const child of Object.values(item)) if (typeof child === 'object' && child !== null) pending.push(child)
  }
}
