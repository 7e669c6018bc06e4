import { randomBytes } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { replaceFile } from '@rally/files/replace-file'

export type JsonObject = { [key: string]: unknown }

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A file that is larger is not the loop's state. */
const MAX_BYTES = 16 * 1024 * 1024

export type StateRead =
  | { readonly kind: 'absent' }
  | { readonly kind: 'corrupt'; readonly reason: string }
  | { readonly kind: 'state'; readonly state: JsonObject }

/** The loop's state file. A damaged one is told apart from an absent one, because it must never be overwritten. */
export function readState(path: string): StateRead {
  try {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (!stat) return { kind: 'absent' }
    if (!stat.isFile() || stat.size > MAX_BYTES) return { kind: 'corrupt', reason: 'it is no ordinary file' }
    const state: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return isObject(state) ? { kind: 'state', state } : { kind: 'corrupt', reason: 'it holds no JSON object' }
  } catch (error) {
    return { kind: 'corrupt', reason: error instanceof Error ? error.message : String(error) }
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  )
}

/** Replaces the file in one step. Form: indented by two, keys sorted, newline. */
export function writeState(path: string, state: JsonObject): void {
  replaceFile(path, `${JSON.stringify(sorted(state), null, 2)}\n`, randomBytes(8).toString('hex'))
}
