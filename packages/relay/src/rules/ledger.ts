import type { ChangeRecord } from '@rally/core/model/change-record'
import type { RelayOrigin } from '@rally/core/model/relay-origin'
import type { LogProjection } from '@rally/core/ports/transport'
import { int, isObject, text } from '@rally/core/readers'

/** What a log itself says of the replication: nothing else has to be remembered to go on after a crash. */
export interface RelayLedger {
  /** Records that were written here. */
  own: number
  /** Newest position that was imported, per `originSeries`. */
  imported: Record<string, number>
  /** The newest import from each numbering of the other side. */
  via: Record<string, { at: readonly [number, number, number]; series: string; position: number }>
}

/** Where a record or message is from; undefined for one of this room, or when what stands there is no origin. */
export function originOf(item: { readonly rally_origin?: unknown }): RelayOrigin | undefined {
  const origin = item.rally_origin
  if (!isObject(origin)) return undefined
  const complete =
    text(origin.machine) !== undefined && text(origin.epoch) !== undefined && int(origin.position) !== undefined
  return complete ? (origin as RelayOrigin) : undefined
}

/** One machine's records in one life of its channel folder are a series; positions count within it. */
export function originSeries(origin: Pick<RelayOrigin, 'machine' | 'epoch'>): string {
  return `${origin.machine}/${origin.epoch}`
}

export const RELAY_LEDGER: LogProjection<RelayLedger> = {
  name: 'relay-ledger',
  version: 1,
  initial: () => ({ own: 0, imported: {}, via: {} }),
  fold(ledger, record) {
    const origin = originOf(record)
    if (origin === undefined) {
      ledger.own += 1
      return ledger
    }
    const series = originSeries(origin)
    ledger.imported[series] = Math.max(ledger.imported[series] ?? 0, origin.position)
    const { via, at, position } = origin
    if (via !== undefined && at !== undefined) ledger.via[`#${via}`] = { at, series, position }
    return ledger
  },
}

/** The newest import from a numbering. */
export function newestImport(ledger: RelayLedger, numbering: string): RelayLedger['via'][string] | undefined {
  return ledger.via[`#${numbering}`]
}

/** Tells a record of one machine from its others: ids repeat, revisions (of programs other than rally) too. */
export function markOf(record: Pick<ChangeRecord, 'revision' | 'event_id'>): string {
  return `${record.revision ?? ''}|${record.event_id ?? ''}`
}
