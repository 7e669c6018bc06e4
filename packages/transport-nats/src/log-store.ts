import type { ChangeRecord, RecordDraft } from '@rally/core/model/change-record'
import type { LogCursor } from '@rally/core/model/presence'
import type { Appended, LogProjection, LogStore } from '@rally/core/ports/transport'
import { packBody, unpackBody } from './bodies.js'
import { compareAndStore } from './compare-and-store.js'
import type { Room, Slot } from './room.js'
import { createStreamReader, type StreamMessage } from './stream-reader.js'
import { createTurns } from './turns.js'

/** Records of a machine are on its own subject; a revision is the sequence in the channel's stream. */
export function createLogStore(room: Room, machine: string): LogStore & { release(): void } {
  const { names, link } = room
  const stream = names.stream
  const reader = createStreamReader(link, stream, names.logs)
  const turns = createTurns()
  /** The newest message of each subject that was written here: saves a request per append. */
  const newestOf = new Map<string, Slot>()
  const projections = new Map<string, { version: number; after: number; state: unknown }>()

  const removed = () =>
    link.api.error('SERVER_UNREACHABLE', { server: link.address.shown, reason: 'the channel was removed there' })

  const append = async (draft: RecordDraft): Promise<Appended> => {
    const subject = names.logOf(draft.origin?.machine ?? machine)
    const record = toRecord(draft, draft.event_id ?? `blf_${link.api.ids.hex(24)}`)
    const body = packBody(record)
    const target = { what: 'a record', stream, subject }
    // What is remembered saves a request; it does not decide that a record is there.
    const newest = newestOf.get(subject)
    const remembered = isReplay(draft, newest) ? undefined : newest
    const fresh = (known: Slot | undefined) => {
      // A relay has to begin anew then, before anything of a later position is there.
      if (remembered !== undefined && known === undefined && draft.origin !== undefined) throw removed()
      return isReplay(draft, known) ? undefined : body
    }
    const { known, stored } = await compareAndStore(room, target, fresh, remembered).catch((error: unknown) => {
      newestOf.delete(subject)
      throw error
    })
    if (stored === undefined) return { revision: known?.seq ?? 0, eventId: record.event_id, replayed: true }
    newestOf.set(subject, { seq: stored, subject, value: { rally_origin: draft.origin } })
    return { revision: stored, eventId: record.event_id }
  }

  return {
    append: (draft) => turns(draft.origin?.machine ?? machine, () => append(draft)),
    async newestFrom(of) {
      const slot = await room.newest(stream, names.logOf(of))
      const record = slot === undefined ? undefined : toReader(slot.value, slot.seq)
      return record?.rally_origin === undefined ? undefined : record
    },
    async read(after, limit = Number.POSITIVE_INFINITY) {
      const records: ChangeRecord[] = []
      let at = Math.max(0, after.revision)
      for (;;) {
        const page = await reader.readAfter(at, limit - records.length)
        records.push(...page.messages.map(readRecord).filter((record) => record !== undefined))
        at = page.messages.at(-1)?.seq ?? at
        if (!page.more || records.length >= limit) return { records, cursor: cursorAt(at), more: page.more }
      }
    },
    async latest(limit) {
      const newest = limit > 0 ? await reader.bound() : 0
      for (let span = limit * 2; newest > 0; span *= 4) {
        const after = Math.max(0, newest - span)
        const { messages } = await reader.readAfter(after, Number.POSITIVE_INFINITY)
        const records = messages.map(readRecord).filter((record) => record !== undefined)
        if (records.length >= limit || after === 0) return records.slice(-limit)
      }
      return []
    },
    revision: () => reader.newest(),
    end: async () => cursorAt(await reader.newest()),
    project: (projection, onProgress) => turns('project', () => project(projection, onProgress)),
    async reject(rejection) {
      await compareAndStore(room, { what: 'a rejection', stream, subject: names.rejections }, () => packBody(rejection))
    },
    async rejections() {
      return createStreamReader(link, stream, names.rejections).count()
    },
    release: () => reader.release(),
  }

  async function project<State>(
    projection: LogProjection<State>,
    onProgress?: (done: number, total: number) => void,
  ): Promise<State> {
    const known = projection.transient ? undefined : projections.get(projection.name)
    const usable = known?.version === projection.version ? known : undefined
    // The kept state is of this projection: name and version are its identity.
    let state = usable === undefined ? projection.initial() : (structuredClone(usable.state) as State)
    let after = usable?.after ?? 0
    const total = await reader.bound()
    for (let more = true; more; ) {
      const page = await reader.readAfter(after, 5_000)
      for (const record of page.messages.map(readRecord)) {
        if (record !== undefined) state = projection.fold(state, record)
      }
      after = page.messages.at(-1)?.seq ?? after
      more = page.more
      if (more) onProgress?.(after, total)
    }
    if (!projection.transient) {
      projections.set(projection.name, { version: projection.version, after, state: structuredClone(state) })
    }
    return state
  }
}

function cursorAt(sequence: number): LogCursor {
  return { revision: sequence, changes_offset: sequence }
}

function isReplay(draft: RecordDraft, known: Slot | undefined): boolean {
  const newest = known?.value?.rally_origin
  if (draft.origin === undefined || typeof newest !== 'object' || newest === null) return false
  const { epoch, position } = newest as { epoch?: unknown; position?: unknown }
  return epoch === draft.origin.epoch && typeof position === 'number' && position >= draft.origin.position
}

/** The record as readers see it, without its revision: that is the sequence it gets. */
function toRecord(draft: RecordDraft, eventId: string): Omit<ChangeRecord, 'revision'> & { event_id: string } {
  const { kind, tool, model, run_id, app_slug, payload, origin } = draft
  return {
    ...draft.producer,
    ...draft.run,
    ts: `${new Date(Math.floor(draft.ts) * 1000).toISOString().slice(0, 19)}Z`,
    kind,
    tool,
    model,
    run_id,
    app_slug,
    payload,
    subject: subjectOf(draft),
    event_id: eventId,
    ...(origin === undefined ? {} : { rally_origin: origin }),
  }
}

/** Protocol section 3.2. */
function subjectOf({ kind, payload }: RecordDraft): string {
  for (const text of [payload.subject, payload.message]) if (typeof text === 'string' && text !== '') return text
  return kind === 'phase' ? `phase: ${String(payload.phase)}` : kind
}

function readRecord({ message, seq }: StreamMessage): ChangeRecord | undefined {
  return toReader(unpackBody(message.data, message.headers), seq)
}

/** A body without kind or payload was not written by rally; readers pass over it. */
function toReader(body: Record<string, unknown> | undefined, seq: number): ChangeRecord | undefined {
  if (
    body === undefined ||
    typeof body.kind !== 'string' ||
    typeof body.payload !== 'object' ||
    body.payload === null
  ) {
    return undefined
  }
  return { ...body, revision: seq } as ChangeRecord
}
