import type { KeyedEntry } from '../../stream/room-news.js'
import type { History } from './history.js'
import type { Scene } from './scene.js'

/** The entry before or behind another one that stands on a lane; without one the first or last from a moment on. */
export function nextEntry(
  history: History,
  from: KeyedEntry | undefined,
  { step, scene, start }: { readonly step: 1 | -1; readonly scene: Scene | undefined; readonly start: number },
): KeyedEntry | undefined {
  const { entries } = history
  const known = from === undefined ? -1 : entries.findLastIndex(({ key }) => key === from.key)
  const outer = step === 1 ? history.indexAt(start) : history.indexAt(start) - 1
  for (let at = known >= 0 ? known + step : outer; at >= 0 && at < entries.length; at += step) {
    const entry = entries[at]
    if (entry !== undefined && scene?.laneOf.has(entry.by)) return entry
  }
  return undefined
}
