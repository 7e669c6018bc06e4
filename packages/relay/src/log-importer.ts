import type { ChangeRecord } from '@rally/core/model/change-record'
import type { LogCursor } from '@rally/core/model/presence'
import type { RelayOrigin } from '@rally/core/model/relay-origin'
import type { ReferenceIndex } from './reference-index.js'
import { numberingOf, RELAY_PAGE, type RelayContext } from './relay-context.js'
import { copyRecord } from './rules/copy-record.js'
import { newestImport, originOf, originSeries, RELAY_LEDGER } from './rules/ledger.js'
import { addressedHere } from './rules/presence-copy.js'
import { localizeReferences, referencedOrigins } from './rules/references.js'

/** The machine that records of the hub get which somebody wrote there directly. */
export const HUB_MACHINE = '-server-'

interface Position {
  readonly numbering: string
  /** The page of the hub that is read next, and how much of it is done. */
  cursor: LogCursor
  skip: number
  /** Newest position that is here, per series. */
  readonly imported: Record<string, number>
}

export interface LogImporter {
  step(): Promise<boolean>
  reset(): void
  /** The hub's series that it reads; undefined before it has looked, empty while there is none. */
  readonly numbering: string | undefined
  readonly imported: number
}

/**
 * Brings the records of other machines into the log at home. Where it stands is read from that log itself, so that a crash
 * between two records costs nothing; what is there by position is never brought again.
 */
export function createLogImporter(context: RelayContext, references: ReferenceIndex): LogImporter {
  const { home, hub, identity, report } = context
  let state: Position | undefined
  let imported = 0

  const recover = async (): Promise<Position> => {
    const ledger = await home.log.project(RELAY_LEDGER)
    const numbering = await numberingOf(hub)
    const start = { numbering, cursor: { revision: 0, changes_offset: 0 }, skip: 0, imported: { ...ledger.imported } }
    const last = newestImport(ledger, numbering)
    if (last === undefined) return start
    const [revision, changes_offset, skip] = last.at
    const cursor = { revision, changes_offset }
    // The hub may have lost its newest records and given their numbers to others: is the one that was last still there?
    const page = await hub.log.read(cursor, skip + 1)
    const record = page.records[skip]
    const origin = record === undefined ? undefined : whence(record, numbering)
    const same = origin !== undefined && originSeries(origin) === last.series && origin.position === last.position
    return same ? { ...start, cursor: page.cursor } : start
  }

  const bring = async (record: ChangeRecord, position: Position) => {
    const origin = whence(record, position.numbering)
    if (origin.machine === identity.machine) return
    const series = originSeries(origin)
    const newest = position.imported[series] ?? 0
    if (origin.position <= newest) return
    if (newest > 0 && origin.position > newest + 1 && origin.machine !== HUB_MACHINE) {
      report({ event: 'gap', machine: origin.machine, after: newest, next: origin.position })
    }
    const found = localizeReferences(record.payload, (target) => references.byIdentity(target))
    const payload = addressedHere(found, identity.machine)
    const at: RelayOrigin['at'] = [position.cursor.revision, position.cursor.changes_offset, position.skip]
    const { machine, epoch, mark } = origin
    const stored = await home.log.append(
      copyRecord(record, { machine, epoch, position: origin.position, mark, via: position.numbering, at }, payload),
    )
    position.imported[series] = origin.position
    imported += 1
    references.note({
      identity: { machine, epoch, position: origin.position },
      revision: stored.revision,
      eventId: record.event_id,
    })
  }

  return {
    async step() {
      try {
        state ??= await recover()
        const page = await hub.log.read(state.cursor, RELAY_PAGE)
        if (state.numbering === '' && page.records.length > 0) {
          // The hub was made since we looked: records must say which one they came from.
          state = undefined
          return true
        }
        const fresh = page.records.slice(state.skip)
        await references.prepare([], fresh.flatMap(referencedOrigins))
        for (const record of fresh) {
          await bring(record, state)
          state.skip += 1
        }
        state.cursor = page.cursor
        state.skip = 0
        return page.more
      } catch (error) {
        state = undefined
        throw error
      }
    },
    reset() {
      state = undefined
    },
    get numbering() {
      return state?.numbering
    },
    get imported() {
      return imported
    },
  }
}

function whence(record: ChangeRecord, numbering: string): RelayOrigin {
  return originOf(record) ?? { machine: HUB_MACHINE, epoch: numbering, position: record.revision ?? 0 }
}
