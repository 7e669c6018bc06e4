import fs from 'node:fs'
import { RallyError } from '@rally/core/errors'
import type { Channel } from '@rally/core/model/channel'
import type { Clock, Ids } from '@rally/core/ports/clock'
import { markerPath } from '../discovery/marker.js'
import { makeFolder } from '../system/make-folder.js'
import { requireOwnRoom } from '../system/owner.js'
import { isAbsent, readFailure, storeFailure } from './files/errno.js'
import { holdersOf, syncPath } from './files/sync-folders.js'

/** Creates the folder of a channel that does not exist yet, or checks whose it is. Called before the first write. */
export type EnsureChannel = (channel: Channel) => void | Promise<void>

export interface RoomOptions {
  readonly channel: Channel
  readonly clock: Clock
  readonly ids: Ids
  readonly env: Readonly<Record<string, string | undefined>>
  /** `synced`: a write that returned survives a power cut; `fast` (default): a crash of the process. */
  readonly durability?: 'fast' | 'synced' | undefined
  readonly ensureChannel?: EnsureChannel | undefined
}

/** What the stores of one open channel share. */
export interface Room {
  readonly channel: Channel
  readonly root: string
  readonly clock: Clock
  readonly ids: Ids
  readonly env: Readonly<Record<string, string | undefined>>
  readonly synced: boolean
  /** Runs a read; failures become READ_FAILED. */
  read<T>(action: () => T | Promise<T>): Promise<T>
  /** Runs a write in a channel that exists; failures become NOT_STORED with `what`. A folder removed meanwhile is made again once. */
  write<T>(what: string, action: () => T | Promise<T>): Promise<T>
  /** Calls `release` when the room is closed. */
  onClose(release: () => void): void
  close(): void
}

export function createRoom(options: RoomOptions): Room {
  const { channel } = options
  const ensureChannel = options.ensureChannel ?? makeChannel
  const releases: (() => void)[] = []
  const synced = options.durability === 'synced'
  let ensured = false
  let closed = false

  const requireOpen = (): void => {
    if (closed) throw new RallyError('CHANNEL_UNUSABLE', { dir: channel.dir, reason: 'it is closed' })
  }
  const ensure = async (): Promise<void> => {
    if (!ensured) {
      requireOwnRoom(channel.dir, options.env)
      const holders = synced ? holdersOf(channel.dir) : []
      await ensureChannel(channel)
      // The very first record survives a power cut only when every folder above it does.
      for (const path of holders.length > 0 ? [markerPath(channel.dir), channel.dir, ...holders] : []) syncPath(path)
    }
    ensured = true
  }
  return {
    channel,
    root: channel.dir,
    clock: options.clock,
    ids: options.ids,
    env: options.env,
    synced,
    async read(action) {
      requireOpen()
      try {
        return await action()
      } catch (error) {
        throw readFailure(channel.dir, error)
      }
    },
    async write(what, action) {
      requireOpen()
      try {
        await ensure()
        return await action()
      } catch (error) {
        if (!isAbsent(error) || fs.existsSync(channel.dir)) throw storeFailure(what, error, channel.dir)
      }
      try {
        ensured = false
        await ensure()
        return await action()
      } catch (error) {
        throw storeFailure(what, error, channel.dir)
      }
    },
    onClose(release) {
      releases.push(release)
    },
    close() {
      if (closed) return
      closed = true
      for (const release of releases) release()
    },
  }
}

function makeChannel(channel: Channel): void {
  makeFolder(channel.dir)
}
