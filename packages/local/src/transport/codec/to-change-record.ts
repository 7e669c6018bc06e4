import type { ChangeRecord } from '@rally/core/model/change-record'
import { type JsonObject, obj } from '@rally/core/readers'
import { dropMistyped } from './drop-mistyped.js'
import { countOf } from './python-values.js'

const nullableText = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** A normalised record with every key that the model promises, of the promised type; other keys stay as they are. */
export function toChangeRecord(normal: JsonObject): ChangeRecord {
  const record: ChangeRecord = {
    ...normal,
    ts:
      typeof normal.ts === 'string' || (typeof normal.ts === 'number' && Number.isFinite(normal.ts)) ? normal.ts : null,
    kind: typeof normal.kind === 'string' ? normal.kind : 'unknown',
    tool: nullableText(normal.tool),
    model: nullableText(normal.model),
    run_id: nullableText(normal.run_id),
    app_slug: nullableText(normal.app_slug),
    payload: obj(normal.payload),
    revision: normal.revision === undefined || normal.revision === null ? null : countOf(normal.revision),
  }
  if (typeof record.subject !== 'string') delete record.subject
  if (typeof record.event_id !== 'string' || record.event_id === '') delete record.event_id
  dropMistyped(record)
  return record
}
