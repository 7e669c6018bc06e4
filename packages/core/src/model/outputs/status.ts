import { z } from 'zod'
import { pictureReasonSchema, roomPictureSchema } from '../room-picture.js'
import { outputOf } from './envelope.js'
import {
  activePeer,
  fileOverlap,
  hostGroup,
  messageSummary,
  sessionCandidate,
  surfaceRecord,
  taskHealth,
  verdict,
} from './status-parts.js'

const keys = z.object({
  schema_version: z.literal('1.0'),
  status: z.enum(['clear', 'warn', 'blocked']),
  required_action: z.string(),
  /** Every reason for the status, worst first. */
  because: z.array(pictureReasonSchema),
  workdir: z.string(),
  app_slug: z.string(),
  channel_dir: z.string(),
  resolved_via: z.string(),
  /** Null when nobody can be told to be asking. */
  session_id: z.string().nullable(),
  /** What the asking session is called in this room; of a person the login name. */
  name: z.string().nullable(),
  /** Where several sessions may be asking: which. */
  session_candidates: z.array(sessionCandidate),
  revision: z.number().int(),
  active_peers: z.array(activePeer),
  hosts: z.array(hostGroup),
  overlaps: z.array(fileOverlap),
  peer_overlap_files: z.array(z.string()),
  direct_inbox_unread_count: z.number().int(),
  broadcast_inbox_unread_count: z.number().int(),
  inbox_unread_count: z.number().int(),
  inbox_unread_counts: z.looseObject({
    direct: z.number().int(),
    broadcast: z.number().int(),
    total: z.number().int(),
  }),
  /** The newest three of the unread ones, oldest first. */
  inbox_latest_messages: z.array(messageSummary),
  task_heartbeat: taskHealth,
  rejection_count: z.number().int(),
  escalation_count: z.number().int(),
  blocked_verdict_count: z.number().int(),
  latest_escalation: surfaceRecord.nullable(),
  open_escalations: z.array(surfaceRecord),
  coordination_file: z.string().nullable(),
  latest_verdicts: z.array(verdict),
  unresolved: z.array(verdict),
  dirty_files: z.array(z.string()),
  /** Git did not answer in time. */
  dirty_files_unknown: z.boolean(),
  dirty_outside_owned: z.array(z.string()),
  /** How the channel's replication stands; null when it is not relayed. */
  relay: z
    .looseObject({
      key: z.string(),
      server: z.string(),
      running: z.boolean(),
      state: z.string(),
      /** Records and messages that the server does not have yet; null when that is not known. */
      waiting_out: z.number().int().nullable(),
      waiting_messages: z.number().int().nullable(),
    })
    .nullable()
    .optional(),
  /** The newest ones, in order of writing; records of the old form (numeric time) after them. */
  new_changes: z.array(surfaceRecord),
  /** The room as every view of it shows it. */
  picture: roomPictureSchema,
})

/** `rally status --json`. */
export const outputSchema = outputOf('status', keys)
