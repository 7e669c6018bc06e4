import { isRallyError, RallyError } from '@rally/core/errors'
import type { ChangeRecord } from '@rally/core/model/change-record'
import type { LogCursor } from '@rally/core/model/presence'
import type { RelayMemory } from './ports/relay-files.js'
import type { ReferenceIndex } from './reference-index.js'
import { numberingOf, type RelayContext } from './relay-context.js'
import { copyRecord, placeholderPayload } from './rules/copy-record.js'
import { markOf } from './rules/ledger.js'
import { addOrigins } from './rules/references.js'

/** Where a record stands in the log at home: so many records after a cursor. */
export interface Place {
  readonly cursor: LogCursor
  readonly skip: number
}

export function placeOf(at: RelayMemory['at']): Place {
  return { cursor: { revision: at[0], changes_offset: at[1] }, skip: at[2] }
}

export function atOf({ cursor, skip }: Place): RelayMemory['at'] {
  return [cursor.revision, cursor.changes_offset, skip]
}

/** Appends records of this machine to its own numbered series on the hub. */
export interface RecordSender {
  /** Without a place an interruption leads back to comparing the logs. @throws RallyError BUSY, and the transport's */
  send(record: ChangeRecord, at: Place | undefined): Promise<void>
  /** Of the newest record that was sent; 0 for none. */
  position: number
  /** The hub's series that `position` belongs to; empty while the hub does not exist. */
  series: string
  readonly exported: number
}

export function createRecordSender(context: RelayContext, references: ReferenceIndex): RecordSender {
  const { hub, identity } = context
  let exported = 0
  return {
    position: 0,
    series: '',
    get exported() {
      return exported
    },
    async send(record, at) {
      const place = at === undefined ? {} : { at: atOf(at) }
      const origin = { ...identity, position: this.position + 1, mark: markOf(record), ...place }
      const replayed = await append(context, references, record, origin)
      // Another writer in our name, or a confirmation that was lost: look again, after a pause, before anything else is sent.
      if (replayed) throw new RallyError('BUSY', { what: `the records of ${identity.machine} on the server` })
      this.position += 1
      exported += 1
      if (this.series === '') this.series = await numberingOf(hub)
      if (record.revision !== null) {
        const sent = { ...identity, position: this.position }
        references.note({ identity: sent, revision: record.revision, eventId: record.event_id })
      }
    },
  }
}

/** Whether the hub had it already. What is too large for it is stood for by a placeholder. */
async function append(
  { hub, report }: RelayContext,
  references: ReferenceIndex,
  record: ChangeRecord,
  origin: Parameters<typeof copyRecord>[1],
): Promise<boolean> {
  const payload = addOrigins(record.payload, (revision) => references.byRevision(revision))
  const { replayed } = await hub.log.append(copyRecord(record, origin, payload)).catch((error: unknown) => {
    if (!isRallyError(error) || error.code !== 'TOO_LARGE') throw error
    report({ event: 'record-too-large', revision: record.revision, kind: record.kind })
    return hub.log.append(copyRecord(record, origin, placeholderPayload(payload)))
  })
  return replayed === true
}
