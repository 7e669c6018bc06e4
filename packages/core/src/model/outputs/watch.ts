import { z } from 'zod'
import { errorSchema } from './envelope.js'
import { activePeer, fileOverlap, messageSummary, taskHealth, verdict } from './status-parts.js'
import { dueWake } from './wake-due.js'

const stateChanged = z.looseObject({
  event: z.literal('coordination_state_changed'),
  status: z.enum(['clear', 'warn', 'blocked']),
  required_action: z.string(),
  revision: z.number().int(),
  active_peers: z.array(activePeer),
  overlaps: z.array(fileOverlap),
  unresolved: z.array(verdict),
  dirty_outside_owned: z.array(z.string()),
  direct_inbox_unread_count: z.number().int(),
  broadcast_inbox_unread_count: z.number().int(),
  inbox_unread_count: z.number().int(),
  inbox_latest_messages: z.array(messageSummary),
  task_heartbeat: taskHealth,
  /** Revisions of the listed changes that came since the event before. */
  new_change_revisions: z.array(z.number().int()),
})

const wakeDue = z.looseObject({
  event: z.literal('rally_wake_due'),
  /** Null when nobody can be told to be asking: then standbys of all tools are told. */
  tool: z.string().nullable(),
  due: z.array(dueWake),
  suggested_commands: z.array(z.string()),
})

/** One line of `rally watch`, or the document of a watch that could not begin. */
export const outputSchema = z.union([
  stateChanged,
  wakeDue,
  z.looseObject({ ok: z.literal(false), schema: z.literal('rally.watch/1'), error: errorSchema }),
])
