import { z } from 'zod'
import { runIdentityFields } from './run-identity.js'

/** Where a session last looked. `changes_offset` is the transport's position (bytes of `changes.jsonl`, a stream sequence). */
export const logCursorSchema = z.object({ revision: z.number().int(), changes_offset: z.number().int() })
/** Where a reader of the log stands. */
export type LogCursor = z.infer<typeof logCursorSchema>

/** One session in the room (protocol section 4). Times are epoch seconds. Readers keep keys they do not know. */
export const presenceSchema = z.looseObject({
  session_id: z.string(),
  tool: z.string(),
  model: z.string(),
  run_id: z.string(),
  app_slug: z.string(),
  phase: z.string(),
  task: z.string().optional(),
  parent: z.string().nullable().optional(),
  spawned: z.record(z.string(), z.number().int()).optional(),
  files_in_flight: z.array(z.string()),
  heartbeat_ts: z.number(),
  last_seen: z.number().optional(),
  planned_heartbeat_secs: z.number().int().positive().nullable().optional(),
  pid: z.number().int().nullable().optional(),
  host: z.string().optional(),
  cursor: logCursorSchema.optional(),
  branch_name: z.string().optional(),
  branch_head_sha: z.string().optional(),
  branch_merge_status: z.string().optional(),
  branch_merge_status_checked_ts: z.number().optional(),
  cwd: z.string().optional(),
  /** Set by hooks: the host program's process, its start, and the pid namespace in which the number counts. */
  host_pid: z.number().int().optional(),
  host_started: z.string().optional(),
  host_namespace: z.string().optional(),
  /** Set by hooks: when the session began in that process (epoch seconds); `one` where its program has one conversation at a time. */
  host_since: z.number().optional(),
  host_conversations: z.string().optional(),
  /** Set by hooks: top of the working tree, and the files of it that they saw edited, first and last (epoch seconds). */
  worktree: z.string().optional(),
  /** Set by hooks: `device.inode.birth` of that folder. */
  worktree_id: z.string().optional(),
  in_flight: z.record(z.string(), z.looseObject({ since: z.number(), last: z.number() })).optional(),
  /** What the session is called in this room: a copy of what the name store says; a person's login name. */
  name: z.string().optional(),
  /** Set by a relay: the machine that the session runs on. */
  machine: z.string().optional(),
  /** Set by a relay: what the session has not acknowledged, as its home machine counts it. */
  unread: z.object({ direct: z.number().int(), broadcast: z.number().int(), total: z.number().int() }).optional(),
  ...runIdentityFields.partial().shape,
})
/** What a session says of itself; times are epoch seconds, files relative to the repository. */
export type Presence = z.infer<typeof presenceSchema>
