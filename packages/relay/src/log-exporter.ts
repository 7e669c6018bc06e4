import { isRallyError, RallyError } from '@rally/core/errors'
import type { ChangeRecord } from '@rally/core/model/change-record'
import type { LogCursor } from '@rally/core/model/presence'
import { scanLog } from './log-pages.js'
import type { RelayMemory } from './ports/relay-files.js'
import type { ReferenceIndex } from './reference-index.js'
import { numberingOf, RELAY_PAGE, type RelayContext } from './relay-context.js'
import { findMissing } from './rules/align.js'
import { copyRecord, placeholderPayload } from './rules/copy-record.js'
import { markOf, originOf } from './rules/ledger.js'
import { addOrigins, referencedRevisions } from './rules/references.js'

/** Where the next record to export stands in the log at home. */
interface Place {
  cursor: LogCursor
  skip: number
}

const START: LogCursor = { revision: 0, changes_offset: 0 }

export interface LogExporter {
  /** Exports what is there, at most a page; whether more is left. */
  step(): Promise<boolean>
  /** Forgets what it believes of the hub: the next step looks. */
  reset(): void
  /** Records that wait, as far as `limit`. */
  waiting(limit: number): Promise<number>
  readonly exported: number
  memory(): Pick<RelayMemory, 'numbering' | 'epoch' | 'position' | 'at'> | undefined
}

/**
 * Sends this machine's own records to the hub, in order, each with its position. The hub's newest record of this machine
 * says where to go on; nothing is believed to be there that was not read there.
 */
export function createLogExporter(context: RelayContext, references: ReferenceIndex): LogExporter {
  const { home, hub, identity, report } = context
  let place: Place | undefined
  /** Where it stood last, for counting what waits while the hub cannot be asked. */
  let counted: Place | undefined
  let position = 0
  /** The hub's series that `position` belongs to; empty while the hub does not exist. */
  let series = ''
  let exported = 0
  /** How often the hub had records of this machine that this machine has not. */
  let surprises = 0

  const send = async (record: ChangeRecord, at: Place | undefined) => {
    const origin = {
      ...identity,
      position: position + 1,
      mark: markOf(record),
      ...(at === undefined
        ? {}
        : { at: [at.cursor.revision, at.cursor.changes_offset, at.skip] as [number, number, number] }),
    }
    const payload = addOrigins(record.payload, (revision) => references.byRevision(revision))
    const { replayed } = await hub.log.append(copyRecord(record, origin, payload)).catch((error: unknown) => {
      if (!isRallyError(error) || error.code !== 'TOO_LARGE') throw error
      report({ event: 'record-too-large', revision: record.revision, kind: record.kind })
      return hub.log.append(copyRecord(record, origin, placeholderPayload(payload)))
    })
    // Another writer in our name, or a confirmation that was lost: look again, after a pause, before anything else is sent.
    if (replayed === true) throw new RallyError('BUSY', { what: `the records of ${identity.machine} on the server` })
    position += 1
    exported += 1
    if (series === '') series = await numberingOf(hub)
    if (record.revision !== null) {
      references.note({ identity: { ...identity, position }, revision: record.revision, eventId: record.event_id })
    }
  }

  const recover = async (): Promise<Place> => {
    series = await numberingOf(hub)
    const last = await newestOwn(context)
    const origin = last === undefined ? undefined : originOf(last)
    if (origin === undefined) {
      const memory = await context.memory.read()
      const forgotten = memory?.epoch === identity.epoch && memory.numbering === series
      position = forgotten ? memory.position : 0
      return forgotten ? placeOf(memory.at) : { cursor: START, skip: 0 }
    }
    position = origin.epoch === identity.epoch ? origin.position : 0
    if (origin.epoch === identity.epoch && origin.at !== undefined) {
      const there = placeOf(origin.at)
      const record = (await home.log.read(there.cursor, there.skip + 1)).records[there.skip]
      if (record !== undefined && originOf(record) === undefined && markOf(record) === origin.mark) {
        return { cursor: there.cursor, skip: there.skip + 1 }
      }
    }
    return realign()
  }

  /** The log at home is not the one that the hub's newest record came from: compare all of it. */
  const realign = async (): Promise<Place> => {
    report({ event: 'realigning', reason: 'the log on this machine is not the one that was exported' })
    const there: { mark: string; record: ChangeRecord }[] = []
    await scanLog(hub, async (record) => {
      const origin = originOf(record)
      if (origin?.machine === identity.machine) there.push({ mark: origin.mark ?? '', record })
    })
    const here: string[] = []
    const restored = new Set<string>()
    await scanLog(home, async (record) => {
      const origin = originOf(record)
      if (origin === undefined) here.push(markOf(record))
      else if (origin.machine === identity.machine) restored.add(origin.mark ?? '')
    })
    const missing = new Set(
      findMissing(
        here,
        there.map(({ mark }) => mark),
      ),
    )
    let own = -1
    // Sent without a place, so that an interruption leads back here instead of sending what follows a second time.
    const end = await scanLog(home, async (record) => {
      if (originOf(record) === undefined && missing.has(++own)) await send(record, undefined)
    })
    const known = new Set([...here, ...restored])
    const lost = there.filter(({ mark }) => !known.has(mark))
    // Once is a folder that was restored from a backup, and it gets back what it had lost. Twice is somebody else.
    if (lost.length > 0 && ++surprises > 1) throw new RallyError('RELAY_TWIN', { machine: identity.machine })
    for (const { mark, record } of lost) {
      const origin = originOf(record)
      if (origin === undefined) continue
      const { machine, epoch, position: at } = origin
      await home.log.append(copyRecord(record, { machine, epoch, position: at, mark }, record.payload))
    }
    report({ event: 'realigned', sent: missing.size })
    return { cursor: end, skip: 0 }
  }

  return {
    async step() {
      try {
        place ??= await recover()
        const { cursor, skip } = place
        const page = await home.log.read(cursor, RELAY_PAGE)
        const own = page.records.map((record, index) => ({ record, index })).filter(({ index }) => index >= skip)
        const mine = own.filter(({ record }) => originOf(record) === undefined)
        await references.prepare(
          mine.flatMap(({ record }) => referencedRevisions(record)),
          [],
        )
        for (const { record, index } of mine) {
          await send(record, { cursor, skip: index })
          place = { cursor, skip: index + 1 }
        }
        place = { cursor: page.cursor, skip: 0 }
        counted = place
        return page.more
      } catch (error) {
        counted = place ?? counted
        place = undefined
        throw error
      }
    },
    reset() {
      place = undefined
    },
    async waiting(limit) {
      const memory = (place ?? counted) ? undefined : await context.memory.read()
      const remembered = memory?.epoch === identity.epoch ? placeOf(memory.at) : { cursor: START, skip: 0 }
      let waiting = 0
      let { cursor, skip } = place ?? counted ?? remembered
      for (;;) {
        const page = await home.log.read(cursor, RELAY_PAGE)
        waiting += page.records.filter((record, index) => index >= skip && originOf(record) === undefined).length
        if (!page.more || waiting >= limit) return waiting
        cursor = page.cursor
        skip = 0
      }
    },
    get exported() {
      return exported
    },
    memory() {
      if (place === undefined || series === '') return undefined
      const { cursor, skip } = place
      const at: RelayMemory['at'] = [cursor.revision, cursor.changes_offset, skip]
      return { numbering: series, epoch: identity.epoch, position, at }
    },
  }
}

function placeOf(at: RelayMemory['at']): Place {
  return { cursor: { revision: at[0], changes_offset: at[1] }, skip: at[2] }
}

/** The newest record of this machine on the hub; a hub that cannot tell is read. */
async function newestOwn({ hub, identity }: RelayContext): Promise<ChangeRecord | undefined> {
  if (hub.log.newestFrom !== undefined) return hub.log.newestFrom(identity.machine)
  let newest: ChangeRecord | undefined
  await scanLog(hub, async (record) => {
    if (originOf(record)?.machine === identity.machine) newest = record
  })
  return newest
}
