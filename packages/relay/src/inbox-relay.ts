import type { InboxMessage } from '@rally/core/model/message'
import type { InboxEntry } from '@rally/core/ports/transport'
import { HUB_MACHINE } from './log-importer.js'
import type { RelayMemory } from './ports/relay-files.js'
import { numberingOf, type RelayContext } from './relay-context.js'
import { findMissing } from './rules/align.js'
import { originOf, originSeries } from './rules/ledger.js'

/** How one box stands. A message's position is its ordinal in the box at home. */
interface BoxPosition {
  /** Newest ordinal at home that was looked at for export. */
  home: number
  /** Newest ordinal on the hub that was looked at for import. */
  hub: number
  /** Own ordinals up to `home` that are missing there all the same. */
  missing: number[]
  readonly imported: Record<string, number>
}

export interface InboxRelay {
  /** Both directions, every box; whether more is left. */
  step(): Promise<boolean>
  reset(): void
  /** Messages that wait. */
  waiting(): Promise<number>
  readonly exported: number
  readonly imported: number
  /** What was sent to this series of the hub. */
  memory(series: string): RelayMemory['boxes']
}

/** Messages of one step and box. */
const PAGE = 500

/**
 * Delivers messages on the other side, once. The hub is read before anything is sent to it: a message of ours that is
 * there already (its confirmation was lost) is seen then.
 */
export function createInboxRelay(context: RelayContext): InboxRelay {
  const { home, hub, identity } = context
  const boxes = new Map<string, BoxPosition>()
  /** Newest exported ordinal of each box, for counting what waits while the hub cannot be asked. */
  const counted = new Map<string, number>()
  let numbering: string | undefined
  let exported = 0
  let imported = 0

  const recover = async (box: string, series: string): Promise<BoxPosition> => {
    const there = await hub.inbox.read(box, 0)
    const here = await home.inbox.read(box, 0)
    const position: BoxPosition = { home: 0, hub: 0, missing: [], imported: {} }
    for (const { message } of here) {
      const origin = message === null ? undefined : originOf(message)
      if (origin === undefined) continue
      const of = originSeries(origin)
      position.imported[of] = Math.max(position.imported[of] ?? 0, origin.position)
      const stillThere =
        origin.via === series && samePlace(there[(origin.sequence ?? 0) - (there[0]?.ordinal ?? 1)], origin)
      if (stillThere) position.hub = Math.max(position.hub, origin.sequence ?? 0)
    }
    const ours = there.filter(({ message }) => message !== null && originOf(message)?.machine === identity.machine)
    const sent = ours.map(({ message }) => (message === null ? undefined : originOf(message)))
    const current = sent.filter((origin) => origin?.epoch === identity.epoch)
    if (current.length > 0) position.home = Math.max(...current.map((origin) => origin?.position ?? 0))
    else if (ours.length > 0) {
      const own = here.filter(({ message }) => message !== null && originOf(message) === undefined)
      const missing = findMissing(own.map(markOfEntry), ours.map(markOfEntry))
      position.missing = missing.map((index) => own[index]?.ordinal ?? 0)
      position.home = here.at(-1)?.ordinal ?? 0
    } else {
      const memory = await context.memory.read()
      if (memory?.epoch === identity.epoch && memory.numbering === series) position.home = memory.boxes[box] ?? 0
    }
    return position
  }

  const importBox = async (box: string, position: BoxPosition, series: string): Promise<boolean> => {
    // Fewer than were read: the hub has forgotten its oldest and counts anew.
    if ((await hub.inbox.size(box)).count < position.hub) position.hub = 0
    const entries = await hub.inbox.read(box, position.hub, PAGE)
    for (const { ordinal, message } of entries) {
      if (message !== null) await bring(message, ordinal, position, series)
      position.hub = ordinal
    }
    return entries.length === PAGE
  }

  const bring = async (message: InboxMessage, ordinal: number, position: BoxPosition, series: string) => {
    const origin = originOf(message) ?? { machine: HUB_MACHINE, epoch: series, position: ordinal }
    if (origin.machine === identity.machine) {
      if (origin.epoch === identity.epoch) position.home = Math.max(position.home, origin.position)
      return
    }
    const of = originSeries(origin)
    if (origin.position <= (position.imported[of] ?? 0)) return
    const { machine, epoch } = origin
    const copy = { machine, epoch, position: origin.position, via: series, sequence: ordinal }
    await home.inbox.deliver({ ...message, rally_origin: copy })
    position.imported[of] = origin.position
    imported += 1
  }

  const exportBox = async (box: string, position: BoxPosition): Promise<boolean> => {
    for (const ordinal of [...position.missing]) {
      const [entry] = await home.inbox.read(box, ordinal - 1, 1)
      if (entry !== undefined) await send(entry)
      position.missing = position.missing.filter((one) => one !== ordinal)
    }
    const entries = await home.inbox.read(box, position.home, PAGE)
    for (const entry of entries) {
      await send(entry)
      position.home = entry.ordinal
    }
    counted.set(box, position.home)
    return entries.length === PAGE
  }

  const send = async ({ ordinal, message }: InboxEntry) => {
    if (message === null || originOf(message) !== undefined) return
    const origin = { ...identity, position: ordinal, mark: markOfEntry({ ordinal, message }) }
    await hub.inbox.deliver({ ...message, rally_origin: origin })
    exported += 1
  }

  return {
    async step() {
      try {
        numbering ??= await numberingOf(hub)
        const names = new Set([...(await home.inbox.boxes()), ...(await hub.inbox.boxes())])
        let more = false
        for (const box of names) {
          const position = boxes.get(box) ?? (await recover(box, numbering))
          boxes.set(box, position)
          const behind = await importBox(box, position, numbering)
          // Only a box that was read to its end shows whether a message of ours arrived.
          more = behind || (await exportBox(box, position)) || more
        }
        return more
      } catch (error) {
        boxes.clear()
        numbering = undefined
        throw error
      }
    },
    reset() {
      boxes.clear()
      numbering = undefined
    },
    async waiting() {
      let waiting = 0
      for (const box of await home.inbox.boxes()) {
        const after = counted.get(box) ?? (await context.memory.read())?.boxes[box] ?? 0
        const entries = await home.inbox.read(box, after)
        waiting += entries.filter(({ message }) => message !== null && originOf(message) === undefined).length
      }
      return waiting
    },
    get exported() {
      return exported
    },
    get imported() {
      return imported
    },
    memory: (series) =>
      series === numbering ? Object.fromEntries([...boxes].map(([box, { home: ordinal }]) => [box, ordinal])) : {},
  }
}

function markOfEntry({ message }: InboxEntry): string {
  const origin = message === null ? undefined : originOf(message)
  return origin?.mark ?? `${message?.id ?? ''}|${message?.ts ?? ''}`
}

function samePlace(
  entry: InboxEntry | undefined,
  origin: { machine: string; epoch: string; position: number },
): boolean {
  const there = entry?.message ? originOf(entry.message) : undefined
  if (there === undefined) return entry?.message !== null && origin.machine === HUB_MACHINE
  return originSeries(there) === originSeries(origin) && there.position === origin.position
}
