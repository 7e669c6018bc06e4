import { z } from 'zod'
import { HOOK_STATES } from '../hook-states.js'
import { TASK_HEALTHS } from '../task-healths.js'

/** Parts of a status that other answers repeat (protocol section 7.1). */

export const surfaceRecord = z.looseObject({
  /** ISO text, or epoch seconds in old records. */
  ts: z.unknown().optional(),
  kind: z.string().optional(),
  tool: z.string().nullable().optional(),
  /** What its author is called in the room. */
  name: z.string().optional(),
  revision: z.number().int().nullable().optional(),
  event_id: z.string().optional(),
  payload: z.record(z.string(), z.unknown()).optional(),
})

/** A session that may be asking, where several may. */
export const sessionCandidate = z.object({ session_id: z.string(), name: z.string() })

export const activePeer = z.looseObject({
  session_id: z.string(),
  /** What it is called in this room. */
  name: z.string(),
  tool: z.string(),
  phase: z.string(),
  files_in_flight_count: z.number().int(),
})

export const messageSummary = z.looseObject({
  source: z.enum(['direct', 'broadcast']),
  id: z.string(),
  kind: z.string(),
  from: z.string(),
  /** What the sender is called in the room, where the message says so. */
  from_name: z.string().optional(),
  to: z.string(),
  requires_ack: z.boolean(),
  ts: z.unknown().optional(),
  /** Sorted, at most 12. */
  payload_keys: z.array(z.string()).optional(),
  /** At most 240 characters. */
  preview: z.string().optional(),
  preview_key: z.string().optional(),
})

export const fileOverlap = z.looseObject({
  /** A session id, and what that session is called in this room. */
  peer: z.string(),
  name: z.string(),
  tool: z.string(),
  phase: z.string(),
  files: z.array(z.string()),
  severity: z.enum(['warning', 'informational']),
  reason: z.enum(['active_conflict', 'merged_residue', 'squash_landed']),
})

export const verdict = z.looseObject({
  actor: z.string(),
  label: z.string(),
  stamp: z.string(),
  step: z.string(),
  verdict: z.string(),
})

const compactHeartbeat = z.looseObject({
  id: z.string(),
  session_id: z.string(),
  tool: z.string(),
  task_ref: z.string(),
  status: z.string(),
  still_on_task: z.boolean(),
  progress_since_last: z.string(),
  evidence_refs: z.array(z.string()),
  attention_reason: z.string(),
  interval_seconds: z.number(),
  next_check_in_at: z.number().nullable(),
  ts: z.number().nullable(),
})

export const taskHealth = z.looseObject({
  expected_ref: z.string().nullable(),
  health: z.enum(TASK_HEALTHS),
  missed_count: z.number().int().min(0),
  latest: compactHeartbeat.nullable(),
  latest_for_expected: compactHeartbeat.nullable().optional(),
})

const hostSession = z.looseObject({
  session_id: z.string(),
  /** What it is called in this room. */
  name: z.string(),
  tool: z.string(),
  model: z.string(),
  phase: z.string(),
  task: z.string(),
  parent: z.string().nullable(),
  machine: z.string(),
  cwd: z.string(),
  /** Seconds since it was seen; null when never. */
  age_secs: z.number().nullable(),
  files_in_flight_count: z.number().int(),
  /** Whether it is the session that asks. */
  self: z.boolean(),
  get children() {
    return z.array(hostSession)
  },
})

export const hostGroup = z.looseObject({
  id: z.string(),
  sessions: z.array(hostSession),
  /** Sessions including children. */
  session_count: z.number().int(),
  machines: z.array(z.string()),
  hooks: z.enum(HOOK_STATES),
})
