import type { RecordDraft } from '../model/change-record.js'
import type { Ids } from '../ports/clock.js'
import type { ChangeHint, LogProjection, LogStore } from '../ports/transport.js'
import { text } from '../readers.js'
import { formatIsoSeconds } from '../rules/text/iso-time.js'
import { copy, type MemoryRoom } from './memory-room.js'

/** The log of a room in memory. `use` refuses once the transport is closed, `hint` tells those who watch. */
export function createMemoryLog(
  room: MemoryRoom,
  { ids, use, hint }: { ids: Ids; use: () => void; hint: (store: ChangeHint['store']) => void },
): LogStore {
  const revision = () => room.records.reduce((newest, record) => Math.max(newest, record.revision ?? 0), 0)
  return {
    async append(draft) {
      use()
      const record = toRecord(draft, revision() + 1, draft.event_id ?? `blf_${ids.hex(24)}`)
      room.records.push(copy(record))
      hint('log')
      return { revision: record.revision, eventId: record.event_id }
    },
    async read(after, limit = Number.POSITIVE_INFINITY) {
      use()
      const fits = after.changes_offset >= 0 && after.changes_offset <= room.records.length
      const start = fits ? after.changes_offset : 0
      const stop = Math.min(room.records.length, start + limit)
      const page = room.records.slice(start, stop)
      const last = page.reduce((newest, record) => Math.max(newest, record.revision ?? 0), after.revision)
      return {
        records: copy(fits ? page : page.filter((record) => (record.revision ?? 0) > after.revision)),
        cursor: { revision: last, changes_offset: stop },
        more: stop < room.records.length,
      }
    },
    async latest(limit) {
      use()
      return limit > 0 ? copy(room.records.slice(-limit)) : []
    },
    async revision() {
      use()
      return revision()
    },
    async end() {
      use()
      return { revision: revision(), changes_offset: room.records.length }
    },
    async project(projection) {
      use()
      return projectRoom(room, projection)
    },
    async reject(rejection) {
      use()
      room.rejections.push(copy(rejection))
      hint('log')
    },
    async rejections() {
      use()
      return room.rejections.length
    },
  }
}

/** What a reader makes of a draft: the same shape that every transport hands out. */
function toRecord(draft: RecordDraft, revision: number, eventId: string) {
  const { kind, tool, model, run_id, app_slug, payload } = draft
  return {
    ...draft.producer,
    ...draft.run,
    ...(draft.origin === undefined ? {} : { rally_origin: draft.origin }),
    ts: formatIsoSeconds(draft.ts),
    kind,
    tool,
    model,
    run_id,
    app_slug,
    payload,
    revision,
    subject: text(payload.subject) ?? text(payload.message) ?? (kind === 'phase' ? `phase: ${payload.phase}` : kind),
    event_id: eventId,
  }
}

function projectRoom<State>(room: MemoryRoom, projection: LogProjection<State>): State {
  const kept = projection.transient ? undefined : room.projections.get(projection.name)
  const usable = kept?.version === projection.version ? kept : undefined
  let state = usable === undefined ? projection.initial() : (JSON.parse(usable.state) as State)
  for (const record of room.records.slice(usable?.done ?? 0)) state = projection.fold(state, copy(record))
  if (!projection.transient) {
    const entry = { version: projection.version, done: room.records.length, state: JSON.stringify(state) }
    room.projections.set(projection.name, entry)
  }
  return state
}
