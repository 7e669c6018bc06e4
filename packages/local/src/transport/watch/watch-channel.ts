import type { ChangeHint } from '@rally/core/ports/transport'
import { createFolderWatchers } from './folder-watchers.js'
import { signatureOf } from './poll-signature.js'

type Store = ChangeHint['store']

/** Events that arrive together become one hint per store. */
const GATHER_MS = 5
/** While file events work, a look at the files now and then catches what they may have missed. */
const CHECK_MS = 2000
/** Without file events; a look costs about 0.1 ms. */
const POLL_MS = 50
/** How long polling stays in charge after a change came without an event (a network or FUSE file system). */
const DISTRUST_MS = 60_000

/**
 * Calls `onHint` soon after a store of the channel changed, by whichever program, until the signal aborts. File events
 * wake it; polling takes over where there are none.
 */
export function watchChannel(
  root: string,
  onHint: (hint: ChangeHint) => void,
  options: { signal: AbortSignal; pollMs?: number | undefined },
): Promise<void> {
  return new Promise((resolve) => {
    if (options.signal.aborted) return resolve()
    const pending = new Set<Store>()
    /** Stores with an event since the last look. */
    let announced = new Set<Store>()
    let gather: NodeJS.Timeout | undefined
    let check: NodeJS.Timeout | undefined
    let signature = signatureOf(root)
    let arrived = 0
    let suspectedAt: number | undefined
    let distrustUntil = 0

    const flush = (): void => {
      gather = undefined
      // A folder may have come, gone or been replaced. Once for all events of a burst, before anybody is told to look.
      watchers.refresh()
      announced = new Set([...announced, ...pending])
      const stores = [...pending]
      pending.clear()
      for (const store of stores) if (!options.signal.aborted) onHint({ store })
    }
    const mark = (store: Store): void => {
      pending.add(store)
      gather ??= setTimeout(flush, GATHER_MS)
    }
    const watchers = createFolderWatchers(root, (store) => {
      arrived++
      if (store !== undefined) mark(store)
      if (store !== undefined && store !== 'unknown') return
      watchers.refresh()
      look()
    })
    /** Compares what is there with what was there; true when something changed that no event had announced. */
    const look = (): boolean => {
      const now = signatureOf(root)
      let missed = false
      for (const [store, text] of now) {
        if (signature.get(store) === text) continue
        if (!announced.has(store) && !pending.has(store)) missed = true
        mark(store)
      }
      signature = now
      announced = new Set()
      return missed
    }
    const tick = (): void => {
      const watched = watchers.refresh()
      const missed = look()
      // The event of a change that was just seen may still be on its way: only if none comes until the next look, it was missed.
      if (suspectedAt === arrived) distrustUntil = performance.now() + DISTRUST_MS
      suspectedAt = missed ? arrived : undefined
      const trusted = watched && performance.now() >= distrustUntil
      const wait = trusted ? (missed ? POLL_MS : CHECK_MS) : (options.pollMs ?? POLL_MS)
      check = setTimeout(tick, wait)
    }
    const stop = (): void => {
      clearTimeout(gather)
      clearTimeout(check)
      watchers.close()
      resolve()
    }
    options.signal.addEventListener('abort', stop, { once: true })
    tick()
  })
}
