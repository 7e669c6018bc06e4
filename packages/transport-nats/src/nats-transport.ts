import type { Channel } from '@rally/core/model/channel'
import type { Transport, TransportSupports } from '@rally/core/ports/transport'
import { createHeartbeatStore } from './heartbeat-store.js'
import { createInboxStore } from './inbox-store.js'
import { createLeaseStore } from './lease-store.js'
import type { Link } from './link.js'
import { createLogStore } from './log-store.js'
import { createNameStore } from './name-store.js'
import { createReceiptStore } from './receipt-store.js'
import { openRoom } from './room.js'
import { createSessionStore } from './session-store.js'
import { watchRoom } from './watch-room.js'

export const SUPPORTS: TransportSupports = {
  persistent: true,
  shared: true,
  foreignWriters: false,
  presenceTtl: true,
  refusesReplays: true,
}

/** A channel on the server. Opening it touches nothing; its stream is made by the first write. */
export function openNatsTransport(
  link: Link,
  request: { channel: Channel; key: string; machine: string; presenceTtlMs: number },
): Transport {
  const { channel, key, machine, presenceTtlMs } = request
  const closing = new AbortController()
  const room = openRoom(link, key, presenceTtlMs)
  const log = createLogStore(room, machine)
  const inbox = createInboxStore(room)

  const requireOpen = () => {
    if (closing.signal.aborted) {
      throw link.api.error('CHANNEL_UNUSABLE', {
        dir: `${link.address.shown}/${room.names.stream}`,
        reason: 'it was closed',
      })
    }
  }
  /** The store with each of its operations refused once the transport is closed. */
  const guard = <Store extends object>(store: Store): Store =>
    Object.freeze(
      Object.fromEntries(
        Object.entries(store).map(([name, operation]) => [
          name,
          async (...args: unknown[]) => {
            requireOpen()
            return operation(...args)
          },
        ]),
      ),
    ) as Store

  return Object.freeze<Transport>({
    kind: 'nats',
    channel,
    supports: SUPPORTS,
    log: guard(log),
    sessions: guard(createSessionStore(room)),
    heartbeats: guard(createHeartbeatStore(room)),
    inbox: guard(inbox),
    leases: guard(createLeaseStore(room)),
    names: guard(createNameStore(room)),
    receipts: guard(createReceiptStore(room)),
    async watch(onHint, { signal, pollMs }) {
      requireOpen()
      await watchRoom(room, onHint, { signal: AbortSignal.any([signal, closing.signal]), pollMs })
    },
    async numbering() {
      requireOpen()
      return (await room.info())?.created ?? ''
    },
    async close() {
      if (closing.signal.aborted) return
      closing.abort()
      if (!link.up) return
      log.release()
      inbox.release()
    },
  })
}
