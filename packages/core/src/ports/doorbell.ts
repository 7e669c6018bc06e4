import type { Ring } from '../model/ring.js'
import type { HostRing } from './host.js'

/** How to reach an idle session of this machine. */
export interface RingTarget {
  readonly sessionId: string
  readonly hostPid: number | null
  readonly ring: HostRing
}

/** The doorbells of the hosts of this machine. Nothing that a host keeps secret is stored, logged or answered. */
export interface DoorbellPort {
  /** Rings of the room in the last hour and this one, in order of writing. */
  rings(): Promise<readonly Ring[]>
  /** Writes down that a session is about to be rung, before it is: of two who ring at once one sees the other. */
  note(ring: Ring): Promise<void>
  /** Rings; undefined when the host took it, else why it did not. Ends within seconds. Never throws. */
  ring(target: RingTarget): Promise<string | undefined>
}
