import type { WakeDueOutput } from '../../model/outputs/wake-due.js'
import { dueAt, openStandbys } from '../../rules/log/open-matters.js'
import { roomProjection } from '../../rules/log/room-projection.js'
import type { KeptStandby, RoomState } from '../../rules/log/room-state.js'
import type { RoomContext } from '../context.js'

/** A standby whose time has come and that nobody has woken. */
export type DueWake = Readonly<WakeDueOutput['data']['wake-due']['due'][number]>

/** Standbys that are due now, of one tool or of all, oldest posting first. */
export async function findDueWakes(ctx: RoomContext, input: { tool?: string | undefined } = {}): Promise<DueWake[]> {
  return dueWakes(await ctx.transport.log.project(roomProjection), ctx.clock.now(), input)
}

/** As `findDueWakes`, from a projection that was read before. */
export function dueWakes(room: RoomState, now: number, { tool }: { tool?: string | undefined } = {}): DueWake[] {
  return openStandbys(room).flatMap((standby) => {
    const due = dueAt(standby)
    const mine = tool === undefined || standby.owner === tool
    return mine && due !== undefined && due <= now ? [toDueWake(standby)] : []
  })
}

function toDueWake({ owner, reason, event_id, wake_after }: KeptStandby): DueWake {
  const id = event_id ?? ''
  const command = `rally wake --tool ${quote(owner)} --ref-standby ${quote(id)} --json`
  return { owner, reason, standby_event_id: id, suggested_command: command, wake_after }
}

/** Stored text never becomes more than one word of a command line. */
function quote(word: string): string {
  return /^[A-Za-z0-9_.:@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
