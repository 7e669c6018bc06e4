import { cleanLine } from './peer-text.js'

// What is said to whoever answered: one sentence for tools, live views and whatever else answers for somebody.

/** An escalation got its decision. */
export function escalationDecided(revision: number | null): string {
  return `the escalation #${revision} is decided; its asker hears it`
}

/** A handoff was done, or will not be taken. */
export function handoffSettled(number: number | null, verdict: 'done' | 'declined'): string {
  return `handoff #${number} is ${verdict}`
}

/** A handoff was taken over; `claimed` are the files that were claimed with it. */
export function handoffTaken(number: number | null, claimed: readonly string[]): string {
  return `handoff #${number} is yours${claimed.length === 0 ? '' : `; claimed for you: ${claimed.map(cleanLine).join(', ')}`}`
}
