import fs from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { errnoOf } from './errno.js'
import { insidePath, makeFolder } from './open-regular.js'
import { syncFolders } from './sync-folders.js'

/**
 * Replaces a file by a complete new one: readers see the old text or the new one, never a part. The temporary name is
 * unique, so that writers don't trip over each other; `nonce` makes it so among threads of one process.
 * `beforeRename` may throw to give up.
 */
export function writeAtomically(
  root: string,
  relative: string,
  options: { text: string; nonce: string; synced: boolean; beforeRename?: () => void },
): string {
  const path = folderReady(root, relative)
  const temporary = join(dirname(path), `.${basename(path)}.tmp.${process.pid}-${options.nonce}`)
  try {
    const fd = fs.openSync(temporary, 'wx', 0o600)
    try {
      writeAll(fd, Buffer.from(options.text))
      if (options.synced) fs.fdatasyncSync(fd)
    } finally {
      fs.closeSync(fd)
    }
    options.beforeRename?.()
    fs.renameSync(temporary, path)
    if (options.synced) syncFolders(root, relative)
  } catch (error) {
    removeQuietly(temporary)
    throw error
  }
  return path
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
