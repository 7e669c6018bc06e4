import type { ChangeRecord } from '@rally/core/model/change-record'
import { int, isObject, text } from '@rally/core/readers'

/** Who a record is, wherever it is. */
export interface RecordIdentity {
  readonly machine: string
  readonly epoch: string
  readonly position: number
}

/** The payload keys that hold a revision of this channel, and the ones that name the same record everywhere. */
const REFERENCES = [
  { revision: 'acknowledges', eventId: 'acknowledges_event_id', origin: 'acknowledges_origin' },
  { revision: 'retracts_revision', eventId: 'retracts', origin: 'retracts_origin' },
] as const

/** The revisions that a record points at in its own channel. */
export function referencedRevisions({ payload }: Pick<ChangeRecord, 'payload'>): number[] {
  return REFERENCES.map((keys) => int(payload[keys.revision])).filter((revision) => revision !== undefined)
}

/** The records that a relayed record points at. */
export function referencedOrigins({ payload }: Pick<ChangeRecord, 'payload'>): RecordIdentity[] {
  return REFERENCES.map((keys) => toIdentity(payload[keys.origin])).filter((origin) => origin !== undefined)
}

/** The payload as it travels: what it points at is named by origin and event id as well as by number. */
export function addOrigins(
  payload: ChangeRecord['payload'],
  find: (revision: number) => { identity: RecordIdentity; eventId: string | undefined } | undefined,
): ChangeRecord['payload'] {
  const changed = { ...payload }
  for (const keys of REFERENCES) {
    const revision = int(payload[keys.revision])
    const target = revision === undefined ? undefined : find(revision)
    if (target === undefined) continue
    changed[keys.origin] = target.identity
    if (target.eventId !== undefined && text(payload[keys.eventId]) === undefined)
      changed[keys.eventId] = target.eventId
  }
  return changed
}

/**
 * The payload as it is stored here: numbers of the other machine become ours. A target that is not here is left to its
 * event id; a number of another machine must never stand, it would name some record of ours.
 */
export function localizeReferences(
  payload: ChangeRecord['payload'],
  find: (identity: RecordIdentity) => { revision: number; eventId: string | undefined } | undefined,
): ChangeRecord['payload'] {
  const changed = { ...payload }
  for (const keys of REFERENCES) {
    if (int(payload[keys.revision]) === undefined) continue
    const identity = toIdentity(payload[keys.origin])
    const eventId = text(payload[keys.eventId])
    const target = identity === undefined ? undefined : find(identity)
    const fits = eventId === undefined || target?.eventId === undefined || target.eventId === eventId
    if (target !== undefined && fits) changed[keys.revision] = target.revision
    else if (keys.revision === 'acknowledges') changed.acknowledges = eventId ?? 'unknown'
    else delete changed[keys.revision]
  }
  return changed
}

export function identityKey({ machine, epoch, position }: RecordIdentity): string {
  return `${machine}/${epoch}/${position}`
}

function toIdentity(value: unknown): RecordIdentity | undefined {
  if (!isObject(value)) return undefined
  const [machine, epoch, position] = [text(value.machine), text(value.epoch), int(value.position)]
  return machine === undefined || epoch === undefined || position === undefined
    ? undefined
    : { machine, epoch, position }
}
