/** What a task heartbeat may say of its task (protocol section 5). */
export const HEARTBEAT_STATUSES = [
  'running',
  'blocked',
  'waiting',
  'reviewing',
  'needs_attention',
  'done_pending_release',
] as const
/** What a session says of its task. */
export type HeartbeatStatus = (typeof HEARTBEAT_STATUSES)[number]
