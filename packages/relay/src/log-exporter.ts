import type { ChangeRecord } from '@rally/core/model/change-record'
import type { LogCursor } from '@rally/core/model/presence'
import { scanLog } from './log-pages.js'
import type { RelayMemory } from './ports/relay-files.js'
import { realign } from './realign-log.js'
import { atOf, createRecordSender, type Place, placeOf, type RecordSender } from './record-sender.js'
import type { ReferenceIndex } from './reference-index.js'
import { numberingOf, RELAY_PAGE, type RelayContext } from './relay-context.js'
import { markOf, originOf } from './rules/ledger.js'
import { referencedRevisions } from './rules/references.js'

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
  const sender = createRecordSender(context, references)
  const state: ExportState = { context, references, sender, place: undefined, counted: undefined, surprises: 0 }
  return {
    async step() {
      try {
        return await exportPage(state)
      } catch (error) {
        state.counted = state.place ?? state.counted
        state.place = undefined
        throw error
      }
    },
    reset() {
      state.place = undefined
    },
    waiting: (limit) => countWaiting(state, limit),
    get exported() {
      return sender.exported
    },
    memory() {
      if (state.place === undefined || sender.series === '') return undefined
      const { series: numbering, position } = sender
      return { numbering, epoch: context.identity.epoch, position, at: atOf(state.place) }
    },
  }
}

interface ExportState {
  readonly context: RelayContext
  readonly references: ReferenceIndex
  readonly sender: RecordSender
  /** Undefined until the hub was asked where to go on. */
  place: Place | undefined
  /** Where it stood last, for counting what waits while the hub cannot be asked. */
  counted: Place | undefined
  /** How often the hub had records of this machine that this machine has not. */
  surprises: number
}

async function exportPage(state: ExportState): Promise<boolean> {
  state.place ??= await recover(state)
  const { cursor, skip } = state.place
  const page = await state.context.home.log.read(cursor, RELAY_PAGE)
  const own = page.records.map((record, index) => ({ record, index })).filter(({ index }) => index >= skip)
  const mine = own.filter(({ record }) => originOf(record) === undefined)
  const referenced = mine.flatMap(({ record }) => referencedRevisions(record))
  await state.references.prepare(referenced, [])
  for (const { record, index } of mine) {
    await state.sender.send(record, { cursor, skip: index })
    state.place = { cursor, skip: index + 1 }
  }
  state.place = { cursor: page.cursor, skip: 0 }
  state.counted = state.place
  return page.more
}

/** Where to go on: after the hub's newest record of this machine, else where the relay's memory says, else anew. */
async function recover(state: ExportState): Promise<Place> {
  const { context, sender } = state
  const { epoch } = context.identity
  sender.series = await numberingOf(context.hub)
  const last = await newestOwn(context)
  const origin = last === undefined ? undefined : originOf(last)
  if (origin === undefined) {
    const memory = await context.memory.read()
    const forgotten = memory?.epoch === epoch && memory.numbering === sender.series
    sender.position = forgotten ? memory.position : 0
    return forgotten ? placeOf(memory.at) : { cursor: START, skip: 0 }
  }
  sender.position = origin.epoch === epoch ? origin.position : 0
  if (origin.epoch === epoch && origin.at !== undefined) {
    const there = placeOf(origin.at)
    const page = await context.home.log.read(there.cursor, there.skip + 1)
    const record = page.records[there.skip]
    if (record !== undefined && originOf(record) === undefined && markOf(record) === origin.mark) {
      return { cursor: page.cursor, skip: 0 }
    }
  }
  return { cursor: await realign(context, sender, state), skip: 0 }
}

async function countWaiting({ context, place, counted }: ExportState, limit: number): Promise<number> {
  const memory = (place ?? counted) ? undefined : await context.memory.read()
  const remembered = memory?.epoch === context.identity.epoch ? placeOf(memory.at) : { cursor: START, skip: 0 }
  let waiting = 0
  let { cursor, skip } = place ?? counted ?? remembered
  for (;;) {
    const page = await context.home.log.read(cursor, RELAY_PAGE)
    waiting += page.records.filter((record, index) => index >= skip && originOf(record) === undefined).length
    if (!page.more || waiting >= limit) return waiting
    cursor = page.cursor
    skip = 0
  }
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
