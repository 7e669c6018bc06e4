import type { Channel } from '@rally/core/model/channel'
import type { ChannelDiscovery } from '@rally/core/ports/channel-discovery'
import type { Clock, Ids } from '@rally/core/ports/clock'
import type { Transport, Transports } from '@rally/core/ports/transport'
import type { ServerConnection } from '@rally/core/ports/transport-plugin'
import type { OwnReceipts } from './ports/own-receipts.js'
import type { RelayFiles } from './ports/relay-files.js'
import type { RelayEvent } from './relay-context.js'
import type { Sleep } from './run-channel.js'

/** What the relay of a machine works with. */
export interface RelayMachineContext {
  readonly discovery: ChannelDiscovery
  /** Rooms of this machine, as they are without a relay. */
  readonly transports: Transports
  readonly files: RelayFiles
  readonly connection: ServerConnection
  readonly clock: Clock
  readonly ids: Ids
  readonly sha256: (text: string) => string
  readonly sleep: Sleep
  readonly pid: number
  readonly prefix: string
  /** The server's URL where somebody typed it, without secrets: what decides leases finds the server by it. */
  readonly to?: string | undefined
  /** Seconds that presence lives on the server. */
  readonly presenceTtl: number
  /** How far messages got in a channel of this machine; without it nothing is reported of that. */
  readonly receiptsOf?: ((channel: Channel, home: Transport) => OwnReceipts) | undefined
  report(event: RelayEvent): void
}
