import type { InboxMessage } from '@rally/core/model/message'
import type { InboxEntry } from '@rally/core/ports/transport'
import { type BoxPosition, cursorOf, markOfEntry, recoverBox } from './inbox-position.js'
import { HUB_MACHINE } from './log-importer.js'
import type { RelayMemory } from './ports/relay-files.js'
import { numberingOf, type RelayContext } from './relay-context.js'
import { originOf, originSeries } from './rules/ledger.js'
import { addressedHere } from './rules/presence-copy.js'

export interface InboxRelay {
  /** Both directions, every box; whether more is left. */
  step(): Promise<boolean>
  reset(): void
  /** Messages that wait. */
  waiting(): Promise<number>
  readonly exported: number
  readonly imported: number
  /** What was sent to this series of the hub, and where to go on. */
  memory(series: string): Pick<RelayMemory, 'boxes' | 'cursors'>
}

/** Messages of one step and box. */
const PAGE = 500

interface InboxState {
  readonly context: RelayContext
  readonly boxes: Map<string, BoxPosition>
  /** Newest exported ordinal of each box, for counting what waits while the hub cannot be asked. */
  readonly counted: Map<string, number>
  /** The hub's series; undefined until it was asked. */
  numbering: string | undefined
  exported: number
  imported: number
}

/**
 * Delivers messages on the other side, once. The hub is read before anything is sent to it: a message of ours that is
 * there already (its confirmation was lost) is seen then.
 */
export function createInboxRelay(context: RelayContext): InboxRelay {
  const state: InboxState = {
    context,
    boxes: new Map(),
    counted: new Map(),
    numbering: undefined,
    exported: 0,
    imported: 0,
  }
  return {
    async step() {
      try {
        return await relayBoxes(state)
      } catch (error) {
        forget(state)
        throw error
      }
    },
    reset: () => forget(state),
    waiting: () => countWaiting(state),
    get exported() {
      return state.exported
    },
    get imported() {
      return state.imported
    },
    memory: (series) =>
      series === state.numbering
        ? {
            boxes: Object.fromEntries([...state.boxes].map(([box, { home: ordinal }]) => [box, ordinal])),
            cursors: Object.fromEntries(
              [...state.boxes].flatMap(([box, position]) => {
                const cursor = cursorOf(position)
                return cursor === undefined ? [] : [[box, cursor]]
              }),
            ),
          }
        : { boxes: {} },
  }
}

function forget(state: InboxState): void {
  state.boxes.clear()
  state.numbering = undefined
}

async function relayBoxes(state: InboxState): Promise<boolean> {
  const { home, hub } = state.context
  state.numbering ??= await numberingOf(hub)
  const series = state.numbering
  const names = new Set([...(await home.inbox.boxes()), ...(await hub.inbox.boxes())])
  let more = false
  for (const box of names) {
    const position = state.boxes.get(box) ?? (await recoverBox(state.context, box, series))
    state.boxes.set(box, position)
    const behind = await importBox(state, box, position, series)
    // Only a box that was read to its end shows whether a message of ours arrived.
    more = behind || (await exportBox(state, box, position)) || more
  }
  return more
}

async function importBox(state: InboxState, box: string, position: BoxPosition, series: string): Promise<boolean> {
  const { hub } = state.context
  // Fewer than were read: the hub has forgotten its oldest and counts anew.
  if ((await hub.inbox.size(box)).count < position.hub) {
    position.hub = 0
    position.hubMark = undefined
  }
  const entries = await hub.inbox.read(box, position.hub, PAGE)
  for (const { ordinal, message } of entries) {
    if (message !== null) await bring(state, message, { ordinal, position, series })
    position.hub = ordinal
    position.hubMark = markOfEntry({ ordinal, message })
  }
  return entries.length === PAGE
}

async function bring(
  state: InboxState,
  message: InboxMessage,
  { ordinal, position, series }: { ordinal: number; position: BoxPosition; series: string },
): Promise<void> {
  const { home, identity } = state.context
  const origin = originOf(message) ?? { machine: HUB_MACHINE, epoch: series, position: ordinal }
  if (origin.machine === identity.machine) {
    if (origin.epoch === identity.epoch && origin.position > position.home) {
      position.home = origin.position
      position.homeMark = origin.mark
    }
    return
  }
  const of = originSeries(origin)
  if (origin.position <= (position.imported[of] ?? 0)) return
  const { machine, epoch } = origin
  const copy = { machine, epoch, position: origin.position, via: series, sequence: ordinal }
  await home.inbox.deliver({ ...addressedHere(message, identity.machine), rally_origin: copy })
  position.imported[of] = origin.position
  state.imported += 1
}

async function exportBox(state: InboxState, box: string, position: BoxPosition): Promise<boolean> {
  const { home } = state.context
  for (const ordinal of [...position.missing]) {
    const [entry] = await home.inbox.read(box, ordinal - 1, 1)
    if (entry !== undefined) await send(state, entry)
    position.missing = position.missing.filter((one) => one !== ordinal)
  }
  const entries = await home.inbox.read(box, position.home, PAGE)
  for (const entry of entries) {
    await send(state, entry)
    position.home = entry.ordinal
    position.homeMark = markOfEntry(entry)
  }
  state.counted.set(box, position.home)
  return entries.length === PAGE
}

async function send(state: InboxState, { ordinal, message }: InboxEntry): Promise<void> {
  if (message === null || originOf(message) !== undefined) return
  const { hub, identity } = state.context
  const origin = { ...identity, position: ordinal, mark: markOfEntry({ ordinal, message }) }
  await hub.inbox.deliver({ ...message, rally_origin: origin })
  state.exported += 1
}

async function countWaiting({ context, counted }: InboxState): Promise<number> {
  let waiting = 0
  for (const box of await context.home.inbox.boxes()) {
    const after = counted.get(box) ?? (await context.memory.read())?.boxes[box] ?? 0
    const entries = await context.home.inbox.read(box, after)
    waiting += entries.filter(({ message }) => message !== null && originOf(message) === undefined).length
  }
  return waiting
}
