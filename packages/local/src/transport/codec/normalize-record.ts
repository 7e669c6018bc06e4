import { isObject, type JsonObject, list, obj } from '@rally/core/readers'
import { countOf, firstTruthy } from './python-values.js'
import { FACT_SCHEMA } from './to-fact-v1.js'

/**
 * Any stored line in the shape that readers see (protocol sections 3.2 and 3.3). Lines of no known shape pass unchanged,
 * as the legacy shape does, which already is the reader's. Total: never throws for any JSON object.
 */
export function normalizeRecord(record: JsonObject): JsonObject {
  if (record.schema === FACT_SCHEMA) return normalizeFact(record)
  if ('event_type' in record && isObject(record.payload)) return normalizeNative(record, record.payload)
  return isObject(record.event) ? normalizeChained(record, record.event) : record
}

function normalizeFact(record: JsonObject): JsonObject {
  const payload = isObject(record.bl_payload) ? record.bl_payload : payloadOfFact(record)
  const normal: JsonObject = {
    ts: firstTruthy(record.created_at, record.ts) ?? null,
    kind: firstTruthy(record.bl_kind, record.kind) ?? 'unknown',
    tool: firstTruthy(record.tool) ?? 'unknown',
    model: firstTruthy(record.bl_model) ?? 'unknown',
    run_id: firstTruthy(record.thread_id, payload.run_id) ?? 'unknown',
    app_slug: firstTruthy(record.bl_app_slug) ?? '',
    payload,
    revision: countOf(record.bl_revision),
    subject: record.subject ?? null,
    _source_format: 'fact-v1',
  }
  if (firstTruthy(record.event_id)) normal.event_id = record.event_id
  addSiblings(normal, record.bl_producer)
  addSiblings(normal, record.bl_build_loop)
  if (isObject(record.rally_origin)) normal.rally_origin = record.rally_origin
  return normal
}

/** A minimal payload for a fact that another program wrote without ours. */
function payloadOfFact(fact: JsonObject): JsonObject {
  return withoutNulls({ subject: fact.subject, summary: fact.summary, status: fact.status, to_tool: fact.target })
}

/** Rows of a channel whose log is a `log/` folder: the fact is the row's payload. */
function normalizeNative(record: JsonObject, fact: JsonObject): JsonObject {
  if (isObject(fact.bl_payload) || typeof fact.bl_kind === 'string') return normalizeOwnNative(record, fact)
  const payload = withoutNulls({
    subject: fact.subject,
    scope: fact.scope,
    status: fact.status,
    reason: fact.summary,
    from_tool: fact.tool,
    to_tool: fact.target,
    run_id: fact.run_id,
  })
  return {
    ts: firstTruthy(record.occurred_at, fact.created_at, record.ts) ?? null,
    kind: firstTruthy(record.event_type, fact.kind) ?? 'unknown',
    tool: firstTruthy(fact.tool) ?? 'unknown',
    model: firstTruthy(fact.model) ?? 'unknown',
    run_id: firstTruthy(fact.run_id, runMarker(fact), fact.thread_id) ?? 'unknown',
    app_slug: firstTruthy(record.engagement) ?? '',
    payload,
    revision: countOf(firstTruthy(record.seq, fact.seq)),
    event_id: fact.event_id ?? null,
    subject: fact.subject ?? null,
    _source_format: 'repo-local-rally',
  }
}

/** A native row that this program wrote: nothing of the record is lost in it. */
function normalizeOwnNative(record: JsonObject, fact: JsonObject): JsonObject {
  const revision = countOf(firstTruthy(record.seq, fact.bl_revision))
  return { ...normalizeFact(fact), revision, _source_format: 'repo-local-rally' }
}

function runMarker(fact: JsonObject): string | undefined {
  const marker = list(fact.scope).find((item) => typeof item === 'string' && item.startsWith('run:'))
  return typeof marker === 'string' ? marker.slice(4) : undefined
}

function normalizeChained(record: JsonObject, event: JsonObject): JsonObject {
  const payload = obj(event.payload)
  const normal: JsonObject = {
    ts: firstTruthy(event.time, record.received_at, record.ts) ?? null,
    kind: firstTruthy(event.kind, event.type) ?? 'unknown',
    tool: firstTruthy(event.tool, payload.from_tool) ?? 'unknown',
    model: firstTruthy(event.model, payload.model) ?? 'unknown',
    run_id: firstTruthy(event.run_id, payload.run_id) ?? 'unknown',
    app_slug: firstTruthy(event.app_slug, record.app_slug) ?? '',
    payload,
    revision: countOf(firstTruthy(record.local_seq, record.revision)),
  }
  if (firstTruthy(event.id)) normal.event_id = event.id
  if (firstTruthy(event.subject) && !('subject' in payload)) normal.subject = event.subject
  normal._source_format = 'hash-chain'
  return normal
}

/** Producer metadata and run identity beside the record's own keys, which they never override. */
function addSiblings(normal: JsonObject, group: unknown): void {
  for (const [key, value] of Object.entries(obj(group)))
    if (!Object.hasOwn(normal, key) && key !== 'rally_origin') normal[key] = value
}

function withoutNulls(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined && item !== null))
}
