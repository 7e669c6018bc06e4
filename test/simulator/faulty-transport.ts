import { RallyError } from '../../packages/core/dist/errors.js'
import type { Transport } from '../../packages/core/dist/ports/transport.js'
import type { Chance } from './seeded.js'

/** The process is gone: nothing that it had under way answers any more. */
export class Crash extends Error {}

/** Bugs that can be planted, to show that the invariants see them. */
export type Bug =
  | 'loses-records'
  | 'loses-messages'
  | 'reads-out-of-order'
  | 'repeats-revisions'
  | 'repeats-event-ids'
  | 'gives-the-lease-to-all'
  | 'hides-a-session'
  | 'miscounts-the-inbox'
  | 'forgets-what-was-delivered'
  | 'retracts-another'
  | 'forgets-retractions'

export interface Faults {
  readonly chance: Chance
  /** Whether a write is refused now because the disk is full. */
  readonly isFull: () => boolean
  /** Calls until the process dies; it may die before or after the effect of that call. */
  readonly diesAfter: number
  readonly bug?: Bug | undefined
}

/** A transport whose calls take a while, fail for want of space, and end in a crash, as chance decides. */
export function faultyTransport(inner: Transport, faults: Faults): Transport {
  const { chance, bug } = faults
  let left = faults.diesAfter
  let dead = false
  const call = async <T>(isWrite: boolean, effect: () => Promise<T>): Promise<T> => {
    if (dead) throw new Crash()
    // Others run in between.
    for (let turns = chance.below(4); turns > 0; turns--) await Promise.resolve()
    left--
    const dies = left <= 0
    if (dies && chance.oneIn(2)) {
      dead = true
      throw new Crash()
    }
    if (isWrite && faults.isFull()) throw new RallyError('NOT_STORED', { what: 'record', reason: 'the disk is full' })
    const result = await effect()
    if (dies) {
      dead = true
      throw new Crash()
    }
    for (let turns = chance.below(3); turns > 0; turns--) await Promise.resolve()
    return result
  }
  const { log, sessions, heartbeats, inbox, leases } = inner
  let repeated: string | undefined
  let first: string | undefined
  return {
    ...inner,
    log: {
      ...log,
      append: (draft) =>
        call(true, async () => {
          if (bug === 'loses-records' && chance.oneIn(5))
            return { revision: 1e6 + chance.below(1e9), eventId: `blf_${chance.below(1e9)}` }
          if (bug === 'repeats-event-ids') repeated ??= draft.event_id || 'blf_twin'
          const isRetraction = draft.kind === 'retract'
          if (bug === 'retracts-another' && isRetraction && first !== undefined) {
            await log.append({ ...draft, payload: { ...draft.payload, retracts: first } })
          }
          const isForgotten = bug === 'forgets-retractions' && isRetraction
          const payload = isForgotten ? { ...draft.payload, retracts: 'blf_nothing' } : draft.payload
          const stored = await log.append({
            ...draft,
            payload,
            ...(repeated === undefined ? {} : { event_id: repeated }),
          })
          first ??= stored.eventId
          return bug === 'repeats-revisions' ? { ...stored, revision: 7 } : stored
        }),
      read: (after, limit) =>
        call(false, async () => {
          const page = await log.read(after, limit)
          return bug === 'reads-out-of-order' ? { ...page, records: page.records.toReversed() } : page
        }),
      latest: (limit) => call(false, () => log.latest(limit)),
      revision: () => call(false, () => log.revision()),
      end: () => call(false, () => log.end()),
      project: (projection, onProgress) => call(false, () => log.project(projection, onProgress)),
      reject: (rejection) => call(true, () => log.reject(rejection)),
      rejections: () => call(false, () => log.rejections()),
    },
    sessions: {
      put: (presence) => call(true, () => sessions.put(presence)),
      amend: (id, keys) => call(true, () => sessions.amend(id, keys)),
      get: (id) => call(false, () => sessions.get(id)),
      list: () =>
        call(false, async () => {
          const all = await sessions.list()
          return bug === 'hides-a-session' ? all.slice(1) : all
        }),
      remove: (id) => call(true, () => sessions.remove(id)),
      setCursor: (id, cursor) => call(true, () => sessions.setCursor(id, cursor)),
    },
    heartbeats: {
      append: (heartbeat) => call(true, () => heartbeats.append(heartbeat)),
      latest: (tool, id) => call(false, () => heartbeats.latest(tool, id)),
    },
    inbox: {
      deliver: (message) =>
        call(true, () =>
          bug === 'loses-messages' && chance.oneIn(5) ? Promise.resolve(message.id) : inbox.deliver(message),
        ),
      boxes: () => call(false, () => inbox.boxes()),
      read: (box, after, limit) =>
        call(false, async () => (bug === 'forgets-what-was-delivered' ? [] : inbox.read(box, after, limit))),
      size: (box) =>
        call(false, async () => {
          const size = await inbox.size(box)
          return bug === 'miscounts-the-inbox' ? { ...size, count: size.count + 1 } : size
        }),
      addressed: (box, after) => call(false, () => inbox.addressed(box, after)),
      cursor: (tool, id) => call(false, () => inbox.cursor(tool, id)),
      setCursor: (tool, id, cursor) => call(true, () => inbox.setCursor(tool, id, cursor)),
    },
    leases: {
      read: (name) => call(false, () => leases.read(name)),
      compareAndSet: (name, expected, next) =>
        call(true, async () => {
          if (bug !== 'gives-the-lease-to-all' || next === null) return leases.compareAndSet(name, expected, next)
          const now = await leases.read(name)
          await leases.compareAndSet(name, now?.version ?? null, next)
          return true
        }),
    },
    close: () => inner.close(),
  }
}
