import type { Channel } from '@rally/core/model/channel'
import type { Rally } from '../rally.js'
import { isGone } from '../streaming.js'
import { readRelayRoom } from './relay-files.js'

/** How the replication of a channel stands, as the relay last wrote it. */
export interface RelayState {
  readonly key: string
  readonly server: string
  readonly running: boolean
  readonly state: string
  readonly waiting_out: number | null
  readonly waiting_messages: number | null
}

/** A status that was not renewed for so long is that of a relay that ended, whoever has its process id now. */
const FRESH_SECS = 30

/** Null for a channel that is not relayed. Reads two small files; takes no lock. */
export async function readRelayState(rally: Rally, channel: Channel): Promise<RelayState | null> {
  const room = readRelayRoom(channel)
  if (room === undefined || room.detached === true) return null
  const status = await (await rally.relayFiles()).readStatus()
  const fresh = status !== undefined && rally.clock.now() - status.written_at <= FRESH_SECS
  const running = fresh && status.connected !== undefined && !isGone(status.pid)
  const own = status?.channels.find(({ app }) => app === channel.app)
  const { key, server } = room
  const unknown = { key, server, running, waiting_out: null, waiting_messages: null }
  if (!running || own === undefined) return { ...unknown, state: running ? 'starting' : 'stopped' }
  const { state, waiting_out, waiting_messages } = own
  return { ...unknown, state, waiting_out, waiting_messages }
}
