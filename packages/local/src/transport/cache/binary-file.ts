import fs from 'node:fs'
import { dirname, join } from 'node:path'
import { crc32 } from 'node:zlib'
import { makeFolder } from '../../system/make-folder.js'
import { isOwnFolder } from '../../system/own-folder.js'
import { removeQuietly } from '../files/write-atomically.js'

/** A larger file is not read: whatever it is, it is not ours. */
const LARGEST = 256 << 20
const CHECKSUM = 4

/** The bytes of a cached file as they were written; undefined when there is none, or it is damaged or anybody else's. */
export function readBinary(folder: string, name: string): Buffer | undefined {
  try {
    const flags = fs.constants.O_RDONLY | fs.constants.O_NONBLOCK | fs.constants.O_NOFOLLOW
    const fd = fs.openSync(join(folder, name), flags)
    try {
      const stats = fs.fstatSync(fd)
      const isOurs = stats.uid === process.getuid?.() && (stats.mode & 0o022) === 0
      if (!isOurs || !stats.isFile() || stats.size > LARGEST || stats.size < CHECKSUM) return undefined
      const bytes = fs.readFileSync(fd)
      const end = bytes.length - CHECKSUM
      return crc32(bytes.subarray(0, end)) === bytes.readUInt32BE(end) ? bytes.subarray(0, end) : undefined
    } finally {
      fs.closeSync(fd)
    }
  } catch {
    return undefined
  }
}

/** Replaces a cached file. What cannot be kept only costs time. */
export function writeBinary(folder: string, file: { name: string; parts: readonly Buffer[]; nonce: string }): void {
  const temporary = join(folder, `.${file.name}.${process.pid}-${file.nonce}`)
  try {
    makeFolder(folder)
    if (!isOwnFolder(folder) || !isOwnFolder(dirname(folder))) return
    const checksum = Buffer.alloc(CHECKSUM)
    checksum.writeUInt32BE(file.parts.reduce((sum, part) => crc32(part, sum), 0))
    fs.writeFileSync(temporary, Buffer.concat([...file.parts, checksum]), { flag: 'wx', mode: 0o600 })
    fs.renameSync(temporary, join(folder, file.name))
  } catch {
    removeQuietly(temporary)
  }
}
