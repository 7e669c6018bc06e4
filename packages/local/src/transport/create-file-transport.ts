import type { Transport, TransportSupports, Transports } from '@rally/core/ports/transport'
import { createCache } from './cache/cache-folder.js'
import { createHeartbeatStore } from './heartbeats/heartbeat-store.js'
import { createInboxStore } from './inbox/inbox-store.js'
import { createLeaseStore } from './leases/lease-store.js'
import { createFileLock, type FileLock } from './lock/file-lock.js'
import { createLogStore } from './log/log-store.js'
import { createNameStore } from './names/name-store.js'
import { createReceiptStore } from './receipts/receipt-store.js'
import { createRoom, type RoomOptions } from './room.js'
import { createSessionStore } from './sessions/session-store.js'
import { watchChannel } from './watch/watch-channel.js'

export type { EnsureChannel } from './room.js'

/** How a room of files is opened. */
export interface FileTransportOptions extends RoomOptions {
  /** Longest wait for a lock in milliseconds; 5000 unless given. */
  readonly lockWaitMs?: number | undefined
}

const SUPPORTS: TransportSupports = Object.freeze({
  persistent: true,
  shared: true,
  foreignWriters: true,
  presenceTtl: false,
  refusesReplays: false,
})

/**
 * The transport over a channel folder on this machine, in the on-disk form of the existing system
 * (docs/reference/on-disk-format.md), which may read and write it at the same time.
 * Opens nothing and creates nothing until a store is used; loads native code when a record or a lease is written.
 */
export function createFileTransport(options: FileTransportOptions): Transport {
  const room = createRoom(options)
  const cache = createCache(room)
  const lockOf = createLocks(room.root, options)
  const stopped = new AbortController()
  room.onClose(() => stopped.abort())
  room.onClose(lockOf.close)
  return Object.freeze({
    kind: 'local',
    channel: options.channel,
    supports: SUPPORTS,
    log: createLogStore(room, { lock: lockOf('revision.lock'), cache }),
    sessions: createSessionStore(room, cache),
    heartbeats: createHeartbeatStore(room, { cache }),
    inbox: createInboxStore(room, { cache }),
    leases: createLeaseStore(room, { lockOf }),
    names: createNameStore(room),
    receipts: createReceiptStore(room),
    watch: (onHint, { signal, pollMs }) =>
      room.read(() => watchChannel(room.root, onHint, { signal: AbortSignal.any([signal, stopped.signal]), pollMs })),
    async close() {
      room.close()
    },
  } satisfies Transport)
}

/** Opens file transports for any channel of this machine. */
export function createTransports(options: Omit<FileTransportOptions, 'channel'>): Transports {
  return { open: async (channel) => createFileTransport({ ...options, channel }) }
}

interface Locks {
  (relative: string): FileLock
  close(): void
}

function createLocks(root: string, options: FileTransportOptions): Locks {
  const locks = new Map<string, FileLock>()
  const program = options.env.RALLY_LOCK === 'program'
  const lockOf = (relative: string): FileLock => {
    const known = locks.get(relative)
    if (known !== undefined) return known
    const lock = createFileLock(root, relative, {
      program,
      ...(options.lockWaitMs ? { waitMs: options.lockWaitMs } : {}),
    })
    locks.set(relative, lock)
    return lock
  }
  return Object.assign(lockOf, {
    close() {
      for (const lock of locks.values()) lock.close()
    },
  })
}
