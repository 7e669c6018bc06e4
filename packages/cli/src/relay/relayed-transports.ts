import { isRallyError, type RallyError } from '@rally/core/errors'
import type { Channel } from '@rally/core/model/channel'
import type { RelayRoom } from '@rally/core/model/relay-room'
import type { Transport, Transports } from '@rally/core/ports/transport'
import type { ServerConnection } from '@rally/core/ports/transport-plugin'
import { withServerLeases } from '@rally/relay/server-leases'
import { cliError } from '../errors.js'

export interface RelayedTransportsOptions {
  /** `relay.json` of a channel. */
  readRoom(channel: Channel): Promise<RelayRoom | undefined>
  /** `to`: the server's URL; without it the configured one. */
  connect(to?: string): Promise<ServerConnection>
}

/**
 * Rooms of this machine whose leases are decided on the server when the channel is relayed. Nothing of this is looked at
 * before a lease is decided.
 */
export function relayedTransports(transports: Transports, options: RelayedTransportsOptions): Transports {
  return {
    async open(channel) {
      const home = await transports.open(channel)
      let opened: Promise<{ connection: ServerConnection; hub: Transport }> | undefined
      const open = async (room: RelayRoom) => {
        const connection = await options.connect(room.to).catch((error: unknown) => {
          throw isRallyError(error) && error.code === 'RELAY_NOT_CONFIGURED' ? unnamed(room.server) : error
        })
        return { connection, hub: connection.open({ channel, key: room.key, machine: room.machine }) }
      }
      const room = withServerLeases(home, async () => {
        const relayed = await options.readRoom(channel)
        if (relayed === undefined || relayed.detached === true) return undefined
        opened ??= open(relayed)
        return (await opened).hub
      })
      return Object.freeze<Transport>({
        ...room,
        async close() {
          const server = await opened?.catch(() => undefined)
          await server?.connection.close()
          await home.close()
        },
      })
    },
  }
}

/** The room was relayed once; how its server is reached is not known any more. */
function unnamed(server: string): RallyError {
  return cliError('RELAY_NOT_CONFIGURED', {
    hint: `leases of this room are decided on ${server}: set "relay": {"to": …} in the configuration, or decide them here again: rally relay --detach`,
  })
}
