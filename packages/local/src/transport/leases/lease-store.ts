import fs from 'node:fs'
import { requireSafeId, safeName } from '@rally/core/ids'
import type { LeaseState, LeaseStore } from '@rally/core/ports/transport'
import { lstatIfThere } from '../../system/facts.js'
import { hashOf } from '../cache/cache-folder.js'
import { parseObject } from '../codec/parse-object.js'
import { stringifySorted } from '../codec/stringify.js'
import { errnoOf } from '../files/errno.js'
import { readText } from '../files/read-text.js'
import { writeAtomically } from '../files/write-atomically.js'
import type { FileLock } from '../lock/file-lock.js'
import type { Room } from '../room.js'

/** `rally/<name>.json` of a channel, written under `rally/<name>.lock` (protocol section 9). */
export function createLeaseStore(room: Room, options: { lockOf: (relative: string) => FileLock }): LeaseStore {
  return {
    read: (name) => room.read(() => readLease(room.root, fileOf(name))),
    compareAndSet(name, expected, next) {
      const file = fileOf(name)
      const lock = options.lockOf(file.replace(/json$/, 'lock'))
      return room.write('lease', () =>
        lock.run(() => {
          if ((readLease(room.root, file)?.version ?? null) !== expected) return false
          if (next === null) fs.rmSync(`${room.root}/${file}`, { force: true })
          else writeLease(room, file, next)
          return true
        }),
      )
    },
  }
}

function fileOf(name: string): string {
  return `rally/${safeName(requireSafeId(name, 'lease name'))}.json`
}

/** The version holds what a rename changes, too: the same text written again is another version. */
function readLease(root: string, relative: string): LeaseState | undefined {
  const read = readText(root, relative)
  if (read === undefined) return damagedSeat(root, relative)
  const version = `${read.file.ino}-${read.file.mtimeMs}-${hashOf(read.text)}`
  return { value: parseObject(read.text) ?? null, version, writtenAt: read.file.mtimeMs / 1000 }
}

/** Something that is no readable file sits in the seat: it can be replaced, but not taken for an empty one. */
function damagedSeat(root: string, relative: string): LeaseState | undefined {
  const stats = lstatIfThere(`${root}/${relative}`)
  return stats && { value: null, version: `damaged-${stats.ino}-${stats.mtimeMs}`, writtenAt: stats.mtimeMs / 1000 }
}

function writeLease(room: Room, relative: string, value: unknown): void {
  const options = { text: stringifySorted(value), synced: room.synced }
  try {
    writeAtomically(room.root, relative, options)
  } catch (error) {
    if (errnoOf(error) !== 'EISDIR') throw error
    fs.rmdirSync(`${room.root}/${relative}`)
    writeAtomically(room.root, relative, options)
  }
}
