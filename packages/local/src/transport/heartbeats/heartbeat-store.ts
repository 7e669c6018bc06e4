import type { HeartbeatStore } from '@rally/core/ports/transport'
import type { Cache } from '../cache/cache-folder.js'
import { stringifyCompact } from '../codec/stringify.js'
import { appendLine } from '../files/append-line.js'
import type { Room } from '../room.js'
import { heartbeatFile, latestHeartbeats } from './latest-heartbeats.js'

/** `task-heartbeats/*.jsonl` of a channel (protocol section 5). */
export function createHeartbeatStore(room: Room, options: { cache: Cache }): HeartbeatStore {
  return {
    append: (heartbeat) =>
      room.write('heartbeat', () => {
        const line = Buffer.from(`${stringifyCompact(heartbeat)}\n`, 'latin1')
        appendLine(room.root, heartbeatFile(heartbeat.tool), line, { synced: room.synced })
      }),
    latest: (tool, sessionId) =>
      room.read(() => latestHeartbeats({ root: room.root, cache: options.cache }, tool, { sessionId })),
  }
}
