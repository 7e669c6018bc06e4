import { int, isObject, type JsonObject } from '@rally/core/readers'

const RUN_KEYS = ['build_loop_id', 'build_loop_started_at', 'build_loop_run_label'] as const

/** Leaves out a run identity and an origin that are not what the model promises; the rest of the record is still good. */
export function dropMistyped(record: JsonObject): void {
  for (const key of RUN_KEYS) {
    const value = record[key]
    if (value !== undefined && value !== null && typeof value !== 'string') delete record[key]
  }
  if (record.rally_origin !== undefined && !isOrigin(record.rally_origin)) delete record.rally_origin
}

function isOrigin(value: unknown): boolean {
  if (!isObject(value)) return false
  const { machine, epoch, position, via, sequence, revision, resume } = value
  if (typeof machine !== 'string' || typeof epoch !== 'string' || int(position) === undefined) return false
  if (via !== undefined && typeof via !== 'string') return false
  if (sequence !== undefined && int(sequence) === undefined) return false
  if (revision !== undefined && revision !== null && int(revision) === undefined) return false
  if (resume === undefined) return true
  if (!isObject(resume)) return false
  return [resume.revision, resume.changes_offset, resume.skip].every((number) => int(number) !== undefined)
}
