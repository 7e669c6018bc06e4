import { parseWakeAfter } from '../standby/parse-wake-after.js'
import { namesRecord } from './record-reference.js'
import type { KeptAcknowledgement, KeptChange, KeptStandby, RoomState } from './room-state.js'

/** Escalations that no other escalation acknowledges, in order of writing (protocol section 7.1). */
export function openEscalations(state: Pick<RoomState, 'escalations' | 'acknowledgements'>): KeptChange[] {
  return state.escalations.filter((escalation) => !state.acknowledgements.some((ack) => acknowledges(ack, escalation)))
}

export function acknowledges({ names }: KeptAcknowledgement, { revision, event_id }: KeptChange): boolean {
  return namesRecord(names, { revision, event_id: event_id ?? undefined })
}

/** Standbys that nobody has woken, in order of writing. */
export function openStandbys(state: Pick<RoomState, 'standbys' | 'wakes'>): KeptStandby[] {
  const woken = new Set(state.wakes.map(({ standby }) => standby))
  return state.standbys.filter(({ event_id }) => event_id === null || !woken.has(event_id))
}

/** When a standby wants to be woken, in epoch seconds; undefined when it names no time. */
export function dueAt({ wake_after, posted_at }: KeptStandby): number | undefined {
  return parseWakeAfter(wake_after, posted_at)
}
