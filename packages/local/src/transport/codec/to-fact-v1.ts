import type { RecordDraft } from '@rally/core/model/change-record'
import type { JsonObject } from '@rally/core/readers'
import { truthy } from '@rally/core/rules/text/python-values'
import { firstTruthy, pythonText } from './python-values.js'
import { stringifyCompact } from './stringify.js'
import { wireKind } from './wire-kind.js'

export const FACT_SCHEMA = 'agent-rally.fact.v1'

/** What is still missing in a draft. */
export interface FactNumbers {
  readonly eventId: string
  readonly revision: number
}

/**
 * The stored form of a record, keys in the reference's order (protocol section 3.2, shape 1). Beside the reference's
 * keys it may hold `rally_origin`, where a relayed record was first written.
 */
export function toFactV1(draft: RecordDraft, numbers: FactNumbers): JsonObject {
  return { ...beforeRevision(draft, numbers.eventId), bl_revision: numbers.revision, ...afterRevision(draft) }
}

/** A stored line, newline included, that still lacks its revision. */
export interface RecordLine {
  /** Bytes, at most 16 too few. */
  readonly length: number
  at(revision: number): Buffer
}

/** The line of a record: all of it is made into text before the lock is taken, except for the revision. */
export function factLine(draft: RecordDraft, eventId: string): RecordLine {
  const before = stringifyCompact(beforeRevision(draft, eventId)).slice(0, -1)
  const after = stringifyCompact(afterRevision(draft)).slice(1)
  return {
    length: before.length + after.length + ',"bl_revision":,\n'.length,
    at: (revision) => Buffer.from(`${before},"bl_revision":${revision},${after}\n`, 'latin1'),
  }
}

function beforeRevision(draft: RecordDraft, eventId: string): JsonObject {
  const p = draft.payload
  const fact: JsonObject = {
    schema: FACT_SCHEMA,
    event_id: eventId,
    seq: 0,
    thread_id: draft.run_id || draft.app_slug,
    kind: wireKind(draft.kind),
    subject: subjectOf(draft.kind, p),
    scope: listOf(firstTruthy(p.scope, p.paths, p.path)),
    created_at: isoSeconds(draft.ts),
    evidence: listOf(p.evidence),
  }
  setText(fact, 'tool', draft.tool)
  setText(fact, 'summary', firstTruthy(p.summary, p.reason))
  setText(fact, 'target', firstTruthy(p.to, p.to_tool, p.target))
  setText(fact, 'ref', firstTruthy(p.ref, p.ref_id))
  setText(fact, 'status', firstTruthy(p.status, p.verdict))
  setText(fact, 'severity', p.severity)
  setText(fact, 'uri', p.uri)
  return fact
}

function afterRevision(draft: RecordDraft): JsonObject {
  const fact: JsonObject = {}
  setText(fact, 'bl_model', draft.model)
  setText(fact, 'bl_app_slug', draft.app_slug)
  fact.bl_kind = draft.kind
  if (truthy(draft.payload)) fact.bl_payload = draft.payload
  if (draft.producer !== undefined && truthy(draft.producer)) fact.bl_producer = draft.producer
  if (draft.run !== undefined && truthy(draft.run)) fact.bl_build_loop = draft.run
  if (draft.origin !== undefined) fact.rally_origin = draft.origin
  return fact
}

/** Keys without a value are left out. */
function setText(fact: JsonObject, key: string, value: unknown): void {
  if (truthy(value)) fact[key] = pythonText(value)
}

/** `payload.subject`, else its message, else the phase, else the kind (protocol section 3.2). */
function subjectOf(kind: string, payload: JsonObject): string {
  const said = firstTruthy(payload.subject, payload.message)
  if (said !== undefined) return pythonText(said)
  return kind === 'phase' && truthy(payload.phase) ? `phase: ${pythonText(payload.phase)}` : kind
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value.filter((item) => item !== null) : [value]
}

function isoSeconds(ts: number): string {
  const ms = Math.floor(ts) * 1000
  return Number.isFinite(ms) && Math.abs(ms) <= 8.64e15
    ? `${new Date(ms).toISOString().slice(0, -5)}Z`
    : '1970-01-01T00:00:00Z'
}
