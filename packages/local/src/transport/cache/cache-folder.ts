import fs from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { safeName } from '@rally/core/ids'
import { isObject, type JsonObject, parseJson } from '@rally/core/readers'
import { appendJournal } from '../../hook-files/hook-journal.js'
import { checkedLine, withChecksum } from '../../system/checksum.js'
import { makeFolder } from '../../system/make-folder.js'
import { isOwnFolder } from '../../system/own-folder.js'
import { removeQuietly } from '../files/write-atomically.js'
import type { Room } from '../room.js'

/** Things worked out from a channel's files, which may vanish at any time: losing one only costs time. */
export interface Cache {
  load(key: string): JsonObject | undefined
  /** `bytes`: how much reading it would take to get from the value loaded to this one. */
  save(key: string, value: JsonObject, bytes: number): void
}

const FORMAT = 1
/** Below this many bytes the file is not rewritten: reading them again costs less. */
const WORTH_SAVING = 32 << 10
const LARGEST = 64 << 20

/**
 * `$XDG_CACHE_HOME/rally/<app>-<hash of the channel's path>/`, else below `~/.cache`; and in memory, so that at least one
 * process does not do its work twice where neither can be written. Several processes may write at once: each file is
 * replaced whole, and whoever reads checks it against the channel's files.
 */
export function createCache(room: Pick<Room, 'root' | 'env' | 'ids' | 'channel'>): Cache {
  const folder = cacheFolder(room)
  const memory = new Map<string, { text: string; unsaved: number }>()
  return {
    load(key) {
      const text = memory.get(key)?.text ?? (folder === undefined ? undefined : readStored(room.env, folder, key))
      const value = text === undefined ? undefined : parseJson(text)
      return isObject(value) && value.format === FORMAT && value.channel === room.root ? value : undefined
    },
    save(key, value, bytes) {
      const text = JSON.stringify({ format: FORMAT, channel: room.root, ...value })
      const unsaved = (memory.get(key)?.unsaved ?? 0) + bytes
      const worth = unsaved >= WORTH_SAVING
      memory.set(key, { text, unsaved: worth ? 0 : unsaved })
      if (worth && folder !== undefined) {
        writeQuietly(folder, { name: fileName(key), text: withChecksum(text), nonce: room.ids.hex(8) })
      }
    },
  }
}

/** Where the cache of a channel lies, or undefined when the environment names no place for it. */
export function cacheFolder(room: Pick<Room, 'root' | 'env' | 'channel'>): string | undefined {
  const { XDG_CACHE_HOME: xdg, HOME: home } = room.env
  const base = xdg && isAbsolute(xdg) ? xdg : home && isAbsolute(home) ? join(home, '.cache') : undefined
  return base && join(base, 'rally', `${safeName(room.channel.app).slice(0, 40)}-${hashOf(room.root)}`)
}

/** What was stored, if its bytes are the ones that were written; damage is noted in the journal and taken away. */
function readStored(env: Room['env'], folder: string, key: string): string | undefined {
  const path = join(folder, fileName(key))
  const stored = readSmall(path)
  const line = stored === undefined ? undefined : checkedLine(stored)
  if (stored !== undefined && line === undefined) {
    removeQuietly(path)
    appendJournal(env, { t: Date.now() / 1000, host: '', event: '', ms: 0, code: 'damaged:room' })
  }
  return line
}

const fileName = (key: string): string => `${safeName(key)}.json`

function readSmall(path: string): string | undefined {
  try {
    const fd = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK | fs.constants.O_NOFOLLOW)
    try {
      const stats = fs.fstatSync(fd)
      const isOurs = stats.uid === process.getuid?.() && (stats.mode & 0o022) === 0
      return isOurs && stats.isFile() && stats.size <= LARGEST ? fs.readFileSync(fd, 'utf8') : undefined
    } finally {
      fs.closeSync(fd)
    }
  } catch {
    return undefined
  }
}

function writeQuietly(folder: string, file: { name: string; text: string; nonce: string }): void {
  const temporary = join(folder, `.${file.name}.${process.pid}-${file.nonce}`)
  try {
    makeFolder(folder)
    if (!isOwnFolder(folder) || !isOwnFolder(dirname(folder))) return
    fs.writeFileSync(temporary, file.text, { flag: 'wx', mode: 0o600 })
    fs.renameSync(temporary, join(folder, file.name))
  } catch {
    removeQuietly(temporary)
  }
}

/** FNV-1a, 64 bits, 16 hexadecimal digits. For names of files that say themselves what they are for: a collision costs time, not truth. */
export function hashOf(text: string): string {
  let hash = 0xcbf29ce484222325n
  for (const byte of Buffer.from(text)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn
  return hash.toString(16).padStart(16, '0')
}
