import fs from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { errnoError, errnoOf } from './errno.js'
import { insidePath, makeFolder } from './open-regular.js'
import { syncFolders } from './sync-folders.js'

export interface AtomicWrite {
  readonly text: string
  /** Waits until the bytes are on the disk. */
  readonly synced: boolean
  /** Ends the temporary name, `DIGITS-HEX`; writers that choose the same one exclude each other. Else it is unique. */
  readonly suffix?: string
  /** Called when everything is written; may throw to give up. */
  readonly beforeRename?: () => void
}

/**
 * Replaces a file by a complete new one: readers see the old text or the new one, never a part.
 * @throws the file system's error; EEXIST when another writer holds the `suffix`, ESTALE when one took this writer, which had
 * stood still for long, for dead
 */
export function writeAtomically(root: string, relative: string, options: AtomicWrite): string {
  const path = folderReady(root, relative)
  const temporary = temporaryName(path, options.suffix ?? uniqueSuffix())
  const fd = fs.openSync(temporary, 'wx', 0o600)
  let ino: number | undefined
  try {
    try {
      if (options.suffix !== undefined) ino = fs.fstatSync(fd).ino
      writeAll(fd, Buffer.from(options.text))
      if (options.synced) fs.fdatasyncSync(fd)
    } finally {
      fs.closeSync(fd)
    }
    options.beforeRename?.()
    if (ino !== undefined && !isOwn(temporary, ino)) throw errnoError('ESTALE')
    fs.renameSync(temporary, path)
    if (options.synced) syncFolders(root, relative)
  } catch (error) {
    if (ino === undefined || isOwn(temporary, ino)) removeQuietly(temporary)
    throw error
  }
  return path
}

/** Under a name that several writers choose another one's text may lie by now. */
function isOwn(temporary: string, ino: number): boolean {
  return fs.lstatSync(temporary, { throwIfNoEntry: false })?.ino === ino
}

/** Where a write with this suffix puts its text first. */
export function temporaryName(path: string, suffix: string): string {
  return join(dirname(path), `.${basename(path)}.tmp.${suffix}`)
}

/** Process ids alone repeat among containers that share a folder. */
function uniqueSuffix(): string {
  const salt = Math.floor(Math.random() * 65536).toString(16)
  return `${process.pid}-${process.hrtime.bigint().toString(16)}${salt}`
}

/** Removes a temporary file after a failure, whose own error matters more. */
export function removeQuietly(path: string): void {
  try {
    fs.unlinkSync(path)
  } catch {
    // It was never made, or the next clean-up takes it.
  }
}

/** Names of temporary files, ours and the reference's (protocol section 2). */
export const TEMPORARY_NAME = /\.tmp(\.[0-9]+(-[0-9a-f]+)?)?$/

function folderReady(root: string, relative: string): string {
  const folder = dirname(relative)
  if (folder === '.') return insidePath(root, relative)
  try {
    const path = insidePath(root, relative)
    if (fs.existsSync(dirname(path))) return path
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
  }
  makeFolder(root, folder)
  return insidePath(root, relative)
}

function writeAll(fd: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) done += fs.writeSync(fd, bytes, done)
}
