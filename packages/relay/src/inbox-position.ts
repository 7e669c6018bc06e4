import type { InboxEntry } from '@rally/core/ports/transport'
import { HUB_MACHINE } from './log-importer.js'
import type { BoxCursor } from './ports/relay-files.js'
import type { RelayContext } from './relay-context.js'
import { findMissing } from './rules/align.js'
import { originOf, originSeries } from './rules/ledger.js'

/** How one box stands. A message's position is its ordinal in the box at home. */
export interface BoxPosition {
  /** Newest ordinal at home that was looked at for export. */
  home: number
  /** Newest ordinal on the hub that was looked at for import. */
  hub: number
  /** Own ordinals up to `home` that are missing there all the same. */
  missing: number[]
  readonly imported: Record<string, number>
  /** What stands at `home` and at `hub`; undefined where that was not seen. */
  homeMark?: string | undefined
  hubMark?: string | undefined
}

type Entries = readonly InboxEntry[]

/** How a box stands: from where the relay remembers to have been, else found from what lies on both sides. */
export async function recoverBox(context: RelayContext, box: string, series: string): Promise<BoxPosition> {
  const known = await resumeBox(context, box, series)
  if (known !== undefined) return known
  const there = await context.hub.inbox.read(box, 0)
  const here = await context.home.inbox.read(box, 0)
  const position = {
    ...importedSoFar(here, there, series),
    ...(await exportedSoFar(context, { box, series, here, there })),
  }
  return { ...position, homeMark: markAt(here, position.home), hubMark: markAt(there, position.hub) }
}

/** Reads what came after the remembered places; undefined when another room, or another box, is there now. */
async function resumeBox(context: RelayContext, box: string, series: string): Promise<BoxPosition | undefined> {
  const { identity, memory, home, hub } = context
  const known = await memory.read()
  const cursor = known?.epoch === identity.epoch && known.numbering === series ? known.cursors?.[box] : undefined
  if (cursor === undefined) return undefined
  const here = await home.inbox.read(box, Math.max(0, cursor.home - 1))
  const [there] = cursor.hub === 0 ? [] : await hub.inbox.read(box, cursor.hub - 1, 1)
  const isHere = cursor.home === 0 || (here[0]?.ordinal === cursor.home && markOfEntry(here[0]) === cursor.homeMark)
  const isThere = cursor.hub === 0 || (there?.ordinal === cursor.hub && markOfEntry(there) === cursor.hubMark)
  if (!isHere || !isThere) return undefined
  // What a relay that was killed had imported since stands behind the place that it remembered.
  const { imported } = importedSoFar(here, [], series)
  for (const [of, position] of Object.entries(cursor.imported)) imported[of] = Math.max(imported[of] ?? 0, position)
  return {
    home: cursor.home,
    hub: cursor.hub,
    missing: [],
    imported,
    homeMark: cursor.homeMark ?? undefined,
    hubMark: cursor.hubMark ?? undefined,
  }
}

function markAt(entries: Entries, ordinal: number): string | undefined {
  const entry = entries.find((one) => one.ordinal === ordinal)
  return entry === undefined ? undefined : markOfEntry(entry)
}

/** The place to remember; undefined while something before it is not done, or where nobody saw what stands there. */
export function cursorOf({ home, hub, missing, imported, homeMark, hubMark }: BoxPosition): BoxCursor | undefined {
  if (missing.length > 0 || (home > 0 && homeMark === undefined) || (hub > 0 && hubMark === undefined)) return undefined
  return { home, hub, homeMark: homeMark ?? null, hubMark: hubMark ?? null, imported: { ...imported } }
}

function importedSoFar(here: Entries, there: Entries, series: string): Pick<BoxPosition, 'hub' | 'imported'> {
  const imported: Record<string, number> = {}
  let hub = 0
  for (const { message } of here) {
    const origin = message === null ? undefined : originOf(message)
    if (origin === undefined) continue
    const of = originSeries(origin)
    imported[of] = Math.max(imported[of] ?? 0, origin.position)
    const entry = there[(origin.sequence ?? 0) - (there[0]?.ordinal ?? 1)]
    if (origin.via === series && samePlace(entry, origin)) hub = Math.max(hub, origin.sequence ?? 0)
  }
  return { hub, imported }
}

async function exportedSoFar(
  { identity, memory }: RelayContext,
  sides: { box: string; series: string; here: Entries; there: Entries },
): Promise<Pick<BoxPosition, 'home' | 'missing'>> {
  const { here, there } = sides
  const ours = there.filter(({ message }) => message !== null && originOf(message)?.machine === identity.machine)
  const sent = ours.map(({ message }) => (message === null ? undefined : originOf(message)))
  const current = sent.filter((origin) => origin?.epoch === identity.epoch)
  if (current.length > 0) return { home: Math.max(...current.map((origin) => origin?.position ?? 0)), missing: [] }
  if (ours.length > 0) {
    const own = here.filter(({ message }) => message !== null && originOf(message) === undefined)
    const missing = findMissing(own.map(markOfEntry), ours.map(markOfEntry)).map((index) => own[index]?.ordinal ?? 0)
    return { home: here.at(-1)?.ordinal ?? 0, missing }
  }
  const known = await memory.read()
  const goesOn = known?.epoch === identity.epoch && known.numbering === sides.series
  return { home: goesOn ? (known.boxes[sides.box] ?? 0) : 0, missing: [] }
}

/** By which a message is known on the other side, whatever number it has there. */
export function markOfEntry({ message }: InboxEntry): string {
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
