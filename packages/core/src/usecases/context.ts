import type { Channel } from '../model/channel.js'
import type { SessionIdentity } from '../model/session-identity.js'
import type { ActivityPort } from '../ports/activity.js'
import type { Clock, Ids } from '../ports/clock.js'
import type { CoordinationPort } from '../ports/coordination.js'
import type { DoorbellPort } from '../ports/doorbell.js'
import type { HistoryPort } from '../ports/history.js'
import type { Machine } from '../ports/machine.js'
import type { ProducerMetadata } from '../ports/producer.js'
import type { RepositoryPort } from '../ports/repository.js'
import type { RunIdentityPort } from '../ports/run-identity.js'
import type { Transport } from '../ports/transport.js'
import type { HostWords } from '../rules/inbox/recipient.js'
import type { HostProcessProbe } from '../rules/presence/life.js'

/** What a use case needs of a room: handed in by the composition root, never looked up. */
export interface RoomContext {
  readonly channel: Channel
  /** Absolute path of the folder that was asked from. */
  readonly workdir: string
  readonly transport: Transport
  readonly clock: Clock
  readonly ids: Ids
  /** This machine; without it records are told apart by host names. */
  readonly machine?: Machine | undefined
  /** SHA-256 of a text's UTF-8 bytes, 64 lower-case hexadecimal digits. */
  readonly sha256: (text: string) => string
  readonly producer: ProducerMetadata
  readonly repository: RepositoryPort
  readonly runIdentity?: RunIdentityPort | undefined
  readonly coordination?: CoordinationPort | undefined
  /** What the declared hosts are called: sessions are named after a host's short word, messages addressed by any of its words. */
  readonly hostWords?: (() => Promise<readonly HostWords[]>) | undefined
  /** The session id of the person whose machine this is: one may be asked before having written anything here. */
  readonly person?: (() => string) | undefined
  /** What hooks of this machine keep beside the stores; without it views know only what presence records say. */
  readonly activity?: ActivityPort | undefined
  /** What this machine remembers of the room. */
  readonly history?: HistoryPort | undefined
  /** The doorbells of this machine's hosts; without it nobody is rung. */
  readonly doorbell?: DoorbellPort | undefined
  /** Looks whether the host process of a session still runs; without it only times are judged. */
  readonly hostProcess?: HostProcessProbe | undefined
}

/** A room and who is asking. */
export interface SessionContext extends RoomContext {
  readonly session: SessionIdentity
}
