import type { Body } from './bodies.js'
import type { Room, Slot, Target } from './room.js'

/** How often a writer tries again when others were faster; each round somebody has stored something. */
const ROUNDS = 1_000

/** What to store, given what is there; undefined: leave it. */
export type Next = (known: Slot | undefined) => Body | undefined

/**
 * Reads the newest message of a subject, makes the next one from it and stores that if nobody was faster; else again.
 * Answers what was there and what was stored (undefined: nothing).
 */
export async function compareAndStore(
  room: Room,
  target: Target & { stream: string },
  next: Next,
  remembered?: Slot,
): Promise<{ known: Slot | undefined; stored: number | undefined }> {
  let known = remembered ?? (await room.newest(target.stream, target.subject))
  for (let round = 0; round < ROUNDS; round++) {
    const body = next(known)
    if (body === undefined) return { known, stored: undefined }
    const stored = await room.store(target, body, known?.seq ?? 0)
    if (stored !== undefined) return { known, stored }
    known = await room.newest(target.stream, target.subject)
  }
  throw room.link.api.error('BUSY', { what: target.what })
}
