import { int, isObject, type JsonObject, list, num } from '../../readers.js'
import { clip } from '../text/clip.js'

/** A record cut to what may reach a prompt: known keys, bounded sizes (protocol section 7.1). */
export type SurfaceRecord = JsonObject

const RECORD_KEYS = [
  'ts',
  'kind',
  'tool',
  'model',
  'run_id',
  'app_slug',
  'revision',
  'build_loop_id',
  'build_loop_started_at',
  'build_loop_run_label',
] as const

const PAYLOAD_KEYS = [
  'phase',
  'step',
  'verdict',
  'session_id',
  'to_session_id',
  'from_session_id',
  'lease_until',
  'scope',
  'mode',
  'run_id',
  'acknowledges',
  'requested_action',
  'reason',
  'from_tool',
  'to_tool',
  'subject',
  'owner_tool',
  'resource',
  'requires_ack',
  'retracts',
  'superseded_by',
] as const

const TEXT_LIMIT = 240
const LIST_LIMIT = 20
const DEPTH_LIMIT = 2

/** The projection of a record that may reach a prompt. Something that is no record is marked as such and carries no data. */
export function sanitizeForSurface(record: unknown): SurfaceRecord {
  if (!isObject(record)) return { kind: 'unknown', _unsanitized: true }
  const kept = pick(
    record,
    RECORD_KEYS.filter((key) => isPlain(key, record[key])),
  )
  if (isObject(record.payload)) kept.payload = pick(record.payload, PAYLOAD_KEYS)
  return kept
}

/** Beside the payload a record holds text, a time and a number; anything else there was not meant for readers. */
function isPlain(key: (typeof RECORD_KEYS)[number], value: unknown): boolean {
  if (value === null) return key !== 'kind'
  if (key === 'revision') return int(value) !== undefined
  return typeof value === 'string' || (key === 'ts' && num(value) !== undefined)
}

function pick(source: JsonObject, keys: readonly string[]): JsonObject {
  const kept: JsonObject = {}
  for (const key of keys) {
    if (Object.hasOwn(source, key)) kept[key] = bounded(source[key], DEPTH_LIMIT)
  }
  return kept
}

/** Text is cut; lists and objects are kept to a small size, since a foreign writer may put anything under a known key. */
function bounded(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return clip(value, TEXT_LIMIT, { mark: '...[truncated]' })
  if (typeof value !== 'object' || value === null) return value
  if (depth === 0) return '...[truncated]'
  if (Array.isArray(value))
    return list(value)
      .slice(0, LIST_LIMIT)
      .map((item) => bounded(item, depth - 1))
  const entries = Object.entries(value).slice(0, LIST_LIMIT)
  return Object.fromEntries(entries.map(([key, item]) => [clip(key, TEXT_LIMIT), bounded(item, depth - 1)]))
}
