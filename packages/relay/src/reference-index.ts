import type { LogProjection, Transport } from '@rally/core/ports/transport'
import { originOf } from './rules/ledger.js'
import { identityKey, type RecordIdentity } from './rules/references.js'

/** A record in both of its names. */
export interface NamedRecord {
  readonly identity: RecordIdentity
  readonly revision: number
  readonly eventId: string | undefined
}

/** Records that were pointed at or that passed through lately. */
const REMEMBERED = 20_000

/** Finds which record a local revision or a foreign identity is. What is not remembered is searched for, once per page. */
export interface ReferenceIndex {
  note(record: NamedRecord): void
  /** Makes `byRevision` and `byIdentity` answer for these, as far as the log at home has them. */
  prepare(revisions: readonly number[], identities: readonly RecordIdentity[]): Promise<void>
  byRevision(revision: number): NamedRecord | undefined
  byIdentity(identity: RecordIdentity): NamedRecord | undefined
}

export function createReferenceIndex(home: Transport, self: { machine: string; epoch: string }): ReferenceIndex {
  const revisions = new Map<number, NamedRecord>()
  const identities = new Map<string, NamedRecord>()
  const note = (record: NamedRecord) => {
    revisions.set(record.revision, record)
    identities.set(identityKey(record.identity), record)
    trim(revisions)
    trim(identities)
  }
  return {
    note,
    byRevision: (revision) => revisions.get(revision),
    byIdentity: (identity) => identities.get(identityKey(identity)),
    async prepare(wantedRevisions, wantedIdentities) {
      const missing = wantedRevisions.filter((revision) => !revisions.has(revision))
      const unknown = wantedIdentities.filter((identity) => !identities.has(identityKey(identity)))
      if (missing.length === 0 && unknown.length === 0) return
      const search = searchFor(new Set(missing), new Set(unknown.map(identityKey)), self)
      for (const found of (await home.log.project(search)).found) note(found)
    },
  }
}

interface Search {
  own: number
  found: NamedRecord[]
}

/** One look through the log: a record of this machine is known by how many of its records came before. */
function searchFor(
  revisions: ReadonlySet<number>,
  identities: ReadonlySet<string>,
  self: { machine: string; epoch: string },
): LogProjection<Search> {
  return {
    name: 'relay-references',
    version: 1,
    transient: true,
    initial: () => ({ own: 0, found: [] }),
    fold(search, record) {
      const origin = originOf(record)
      if (origin === undefined) search.own += 1
      const { machine, epoch, position } = origin ?? { ...self, position: search.own }
      const identity = { machine, epoch, position }
      const { revision } = record
      if (revision !== null && (revisions.has(revision) || identities.has(identityKey(identity)))) {
        search.found.push({ identity, revision, eventId: record.event_id })
      }
      return search
    },
  }
}

function trim<Key>(map: Map<Key, unknown>): void {
  for (const key of map.keys()) {
    if (map.size <= REMEMBERED) return
    map.delete(key)
  }
}
