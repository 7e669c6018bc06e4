/** What a required action asks for, in words (protocol section 7.1). */
const WORDS: Readonly<Record<string, string>> = {
  none: '',
  review_task_heartbeat_attention: 'look at the task: it asks for attention',
  resolve_escalations_verdicts_or_heartbeat_attention: 'answer what is escalated or open, and look at the task',
  resolve_open_escalations: 'answer the escalation',
  resolve_escalations_and_coordination_verdicts: 'answer the escalation and settle the open verdicts',
  resolve_unresolved_coordination_verdicts: 'settle the open verdicts of the coordination file',
  dirty_probe_timed_out_rerun_status: 'git did not answer in time; run rally status again',
  review_task_heartbeat_health: 'check in on the task',
  review_peer_overlap_or_dirty_files: 'look at the files above; name yours with --owned-file',
}

/** The sentence of a required action; its code where there is none. */
export function describeAction(action: string): string {
  return WORDS[action] ?? action
}
