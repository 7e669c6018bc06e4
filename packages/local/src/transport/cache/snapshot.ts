import { list, strings } from '@rally/core/readers'
import type { Cache } from './cache-folder.js'
import { type FileMark, parseMark } from './file-mark.js'

/** What was folded into a state. */
export interface Snapshot<State> {
  state: State
  /** Names of the files that are done for good. */
  readonly settled: Set<string>
  /** The files that were still growing. */
  marks: FileMark[]
}

/** Undefined when there is none of this version, or it is damaged. */
export function loadSnapshot<State>(
  fold: { readonly key: string; readonly version: number },
  cache: Cache,
): Snapshot<State> | undefined {
  const stored = cache.load(fold.key)
  if (stored === undefined || stored.version !== fold.version || stored.state === undefined) return undefined
  const marks = list(stored.marks).map(parseMark)
  if (marks.includes(undefined)) return undefined
  return {
    // Written by `saveSnapshot` of the same version: the version is what vouches for the state's shape.
    state: stored.state as State,
    settled: new Set(strings(stored.settled)),
    marks: marks.filter((mark) => mark !== undefined),
  }
}

export function saveSnapshot<State>(
  fold: { readonly key: string; readonly version: number },
  snapshot: Snapshot<State>,
  { cache, bytes }: { cache: Cache; bytes: number },
): void {
  const { state, settled, marks } = snapshot
  cache.save(fold.key, { version: fold.version, settled: [...settled], marks, state }, bytes)
}
