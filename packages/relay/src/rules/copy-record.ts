import type { ChangeRecord, RecordDraft } from '@rally/core/model/change-record'
import type { RelayOrigin } from '@rally/core/model/relay-origin'
import { isObject, num, str, text } from '@rally/core/readers'
import { parseIsoTime } from '@rally/core/rules/text/iso-time'

const RUN_KEYS = ['build_loop_id', 'build_loop_started_at', 'build_loop_run_label'] as const

/** A record as a draft for another room: everything that readers see of it, and where it is from. */
export function copyRecord(record: ChangeRecord, origin: RelayOrigin, payload: ChangeRecord['payload']): RecordDraft {
  const producer = Object.fromEntries(Object.entries(record).filter(([key]) => key.startsWith('producer_')))
  return {
    kind: record.kind,
    tool: record.tool ?? 'unknown',
    model: record.model ?? 'unknown',
    run_id: record.run_id ?? 'unknown',
    app_slug: record.app_slug ?? '',
    payload: keepSubject(record, payload),
    ts: num(record.ts) ?? parseIsoTime(record.ts) ?? 0,
    ...(Object.keys(producer).length > 0 ? { producer } : {}),
    ...runOf(record),
    ...(record.event_id === undefined ? {} : { event_id: record.event_id }),
    origin,
  }
}

function runOf(record: ChangeRecord): Pick<RecordDraft, 'run'> {
  const [id, startedAt, label] = RUN_KEYS.map((key) => text(record[key]) ?? null)
  if (id === null || id === undefined) return {}
  return { run: { build_loop_id: id, build_loop_started_at: startedAt ?? null, build_loop_run_label: label ?? null } }
}

/** Programs other than rally can give a record a subject that its payload does not say. */
function keepSubject(record: ChangeRecord, payload: ChangeRecord['payload']): ChangeRecord['payload'] {
  const subject = text(record.subject)
  if (subject === undefined || text(payload.subject) !== undefined) return payload
  const derived = text(payload.message) ?? (record.kind === 'phase' ? `phase: ${str(payload.phase)}` : record.kind)
  return subject === derived ? payload : { ...payload, subject }
}

/** What stands on the server for a record that is too large for it. */
export function placeholderPayload(payload: ChangeRecord['payload']): ChangeRecord['payload'] {
  const kept = Object.entries(payload).filter(([, value]) => !isObject(value) && !Array.isArray(value))
  const short = kept.map(([key, value]) => [key, typeof value === 'string' ? cut(value) : value])
  return {
    ...Object.fromEntries(short.slice(0, 20)),
    relay_omitted: 'too large for the server; the whole record is at its origin',
  }
}

function cut(text: string): string {
  return text.length > 200 ? `${text.slice(0, 199)}…` : text
}
