import type { HookObstacle, HostFileState } from '@rally/core/ports/host'

/** A place by its keys, own keys only; undefined when the path leads nowhere. */
export function valueIn(value: unknown, at: readonly string[]): unknown {
  let node = value
  for (const key of at) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, key)) return undefined
    node = Object.entries(node).find(([name]) => name === key)?.[1]
  }
  return node
}

/**
 * The setting as a host sees it that takes the first file which has it, strongest first; undefined when none has. `counts` says
 * which values the host takes at all.
 */
export function strongest(
  files: readonly HostFileState[],
  at: readonly string[],
  counts: (value: unknown) => boolean = (value) => typeof value === 'boolean',
): { readonly file: HostFileState; readonly value: unknown } | undefined {
  for (const file of files) {
    const value = valueIn(file.value, at)
    if (counts(value)) return { file, value }
  }
  return undefined
}

/** A switch that is set: what it is and where, and how to undo it. */
export function switchedOff(file: HostFileState, at: readonly string[], value: unknown): HookObstacle {
  const place = `${at.join('.')} is ${String(value)} in ${file.path}`
  const remedy = file.scope === 'system' ? 'ask whoever keeps that policy' : `take it out of ${file.path}`
  return { kind: 'off', reason: place, remedy }
}
