import { RallyError } from '../../errors.js'
import type { LeaseState, LeaseStore } from '../../ports/transport.js'

/** Each lost race means that somebody else changed the lease, so that somebody always gets on. */
const MAX_RACES = 200

/** What to make of a lease: the value to store (null empties the seat, none leaves it as it is), and the answer to give. */
export interface LeaseChange<Answer> {
  readonly next?: unknown | null
  readonly answer: Answer
}

/**
 * Decides on a lease as it stands and stores the decision, again from the start when somebody was faster. In a relayed room
 * the server decides. Throws BUSY (with `what`) when that never ends, SERVER_UNREACHABLE, and what the store throws.
 */
export async function decideLease<Answer>(
  leases: LeaseStore,
  { name, what }: { readonly name: string; readonly what: string },
  decide: (stored: LeaseState | undefined) => LeaseChange<Answer> | Promise<LeaseChange<Answer>>,
): Promise<Answer> {
  for (let race = 0; race < MAX_RACES; race++) {
    const stored = await leases.read(name)
    const { next, answer } = await decide(stored)
    if (next === undefined || (await leases.compareAndSet(name, stored?.version ?? null, next))) return answer
  }
  throw new RallyError('BUSY', { what })
}
