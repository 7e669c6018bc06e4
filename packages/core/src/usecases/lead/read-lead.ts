import { readSeat, type Seat } from '../../rules/lead/lead-lease.js'
import type { RoomContext } from '../context.js'
import { LEAD } from './lead-seat.js'

/** Who leads a room, as the seat says. */
export interface LeadReport {
  /** The lease as stored; null for an empty or damaged seat. */
  readonly lease: unknown
  readonly seat: Seat
  /** Whether somebody holds the seat now; false too for a lease whose end cannot be read. */
  readonly valid: boolean
}

/** Who leads (protocol section 9). */
export async function readLead(ctx: RoomContext): Promise<LeadReport> {
  const stored = await ctx.transport.leases.read(LEAD)
  const lease = stored?.value ?? null
  const seat = readSeat(lease, ctx.clock.now(), stored?.writtenAt)
  return { lease, seat, valid: seat.state === 'held' }
}
