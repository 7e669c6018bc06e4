/** Why a room is not clear, worst first; `rally why CODE` explains each. */
export const REASON_CODES = [
  'open_escalation',
  'unresolved_verdict',
  'task_blocked',
  'task_needs_attention',
  'collision',
  'claim_edited',
  'changed_since_read',
  'task_wrong_task',
  'task_missing',
  'task_drift_risk',
  'task_stale_check_in',
  'changed_outside_owned',
  'changes_unknown',
] as const
