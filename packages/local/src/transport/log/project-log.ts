import type { LogProjection } from '@rally/core/ports/transport'
import type { Cache } from '../cache/cache-folder.js'
import { type FoldSources, foldFiles } from '../cache/fold-files.js'
import { readRecord } from '../codec/read-record.js'
import { listLogFiles } from './log-files.js'

/** Archives that are looked at again: a writer that had the log open may add to a file that was just rotated. */
const UNSETTLED = 2

/** The projection over the whole log, archives included; see `LogStore.project`. */
export async function projectLog<State>(
  root: string,
  projection: LogProjection<State>,
  options: { cache: Cache; onProgress?: ((done: number, total: number) => void) | undefined },
): Promise<State> {
  const { state } = await foldFiles(
    {
      key: `log-${projection.name}`,
      version: projection.version,
      initial: projection.initial,
      line(state: State, bytes: Buffer, { start, end }) {
        const record = readRecord(bytes, start, end)
        return record === undefined ? state : projection.fold(state, record)
      },
    },
    () => sourcesOf(root),
    { cache: projection.transient ? undefined : options.cache, onProgress: options.onProgress },
  )
  return state
}

function sourcesOf(root: string): FoldSources {
  const { archives, live } = listLogFiles(root)
  return { root, settled: archives.slice(0, -UNSETTLED), growing: [...archives.slice(-UNSETTLED), ...live] }
}
