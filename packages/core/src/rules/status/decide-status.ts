import type { TaskHealthWord } from '../../model/task-healths.js'

export type RoomStatus = 'clear' | 'warn' | 'blocked'

/** What there is to say about a room, boiled down to what decides (protocol section 7.1). */
export interface StatusFacts {
  readonly unresolvedVerdicts: number
  readonly openEscalations: number
  readonly health: TaskHealthWord
  readonly peerOverlapFiles: number
  readonly dirtyOutsideOwned: number
  /** Git did not answer in time. */
  readonly dirtyUnknown: boolean
}

const BLOCKING_HEALTH: ReadonlySet<TaskHealthWord> = new Set(['blocked', 'needs_attention'])
const WARNING_HEALTH: ReadonlySet<TaskHealthWord> = new Set(['stale_check_in', 'missing', 'wrong_task', 'drift_risk'])

/** Clear, warn or blocked, and the one thing to do about it. Peers being there never warns. */
export function decideStatus(facts: StatusFacts): { status: RoomStatus; requiredAction: string } {
  const verdicts = facts.unresolvedVerdicts > 0
  const escalations = facts.openEscalations > 0
  if (BLOCKING_HEALTH.has(facts.health)) {
    const action =
      verdicts || escalations
        ? 'resolve_escalations_verdicts_or_heartbeat_attention'
        : 'review_task_heartbeat_attention'
    return { status: 'blocked', requiredAction: action }
  }
  if (escalations && verdicts) {
    return { status: 'blocked', requiredAction: 'resolve_escalations_and_coordination_verdicts' }
  }
  if (escalations) return { status: 'blocked', requiredAction: 'resolve_open_escalations' }
  if (verdicts) return { status: 'blocked', requiredAction: 'resolve_unresolved_coordination_verdicts' }
  return decideWarning(facts)
}

function decideWarning(facts: StatusFacts): { status: RoomStatus; requiredAction: string } {
  const files = facts.peerOverlapFiles > 0 || facts.dirtyOutsideOwned > 0
  const health = WARNING_HEALTH.has(facts.health)
  if (!files && !health && !facts.dirtyUnknown) return { status: 'clear', requiredAction: 'none' }
  if (!files && !health) return { status: 'warn', requiredAction: 'dirty_probe_timed_out_rerun_status' }
  if (!files && !facts.dirtyUnknown) return { status: 'warn', requiredAction: 'review_task_heartbeat_health' }
  return { status: 'warn', requiredAction: 'review_peer_overlap_or_dirty_files' }
}
