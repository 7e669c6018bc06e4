/** What can be said of a task (protocol section 5). */
export const TASK_HEALTHS = [
  'current',
  'none',
  'missing',
  'wrong_task',
  'blocked',
  'needs_attention',
  'drift_risk',
  'stale_check_in',
] as const
/** How a task stands, in one word. */
export type TaskHealthWord = (typeof TASK_HEALTHS)[number]
