import fs from 'node:fs'
import { dirname, sep } from 'node:path'
import { errnoError, errnoOf, isAbsent } from './errno.js'

const { O_RDONLY, O_RDWR, O_APPEND, O_CREAT, O_NONBLOCK, O_NOFOLLOW } = fs.constants

/** A regular file of the channel, open. The caller closes `fd`. */
export interface OpenFile {
  readonly fd: number
  readonly size: number
  readonly dev: number
  readonly ino: number
  readonly mtimeMs: number
}

/**
 * Opens a file of the channel to read it. Undefined when there is none, or when what is there may not be read as one: a
 * folder, a FIFO (never waited for), a symbolic link that leads out of the channel. Other failures throw.
 */
export function openToRead(root: string, relative: string): OpenFile | undefined {
  try {
    return openRegular(root, relative, O_RDONLY)
  } catch (error) {
    const code = errnoOf(error)
    if (isAbsent(error) || code === 'ENOTREG' || code === 'ELOOP' || code === 'ENXIO' || code === 'EISDIR')
      return undefined
    throw error
  }
}

/** Opens (or creates, private to the user) a file of the channel to append to it and to read its end. */
export function openToAppend(root: string, relative: string): OpenFile {
  return openMakingFolder(root, relative, O_RDWR | O_APPEND | O_CREAT)
}

/** Opens (or creates) a file of the channel to read and overwrite it in place. */
export function openToUpdate(root: string, relative: string): OpenFile {
  return openMakingFolder(root, relative, O_RDWR | O_CREAT)
}

function openMakingFolder(root: string, relative: string, flags: number): OpenFile {
  try {
    return openRegular(root, relative, flags)
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT' || !relative.includes('/')) throw error
    makeFolder(root, dirname(relative))
    return openRegular(root, relative, flags)
  }
}

/** Creates a folder below the channel, private to the user. The channel folder itself must exist. */
export function makeFolder(root: string, relative: string): void {
  let path = root
  for (const part of relative.split('/')) {
    path = `${path}/${part}`
    try {
      fs.mkdirSync(path, 0o700)
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error
    }
  }
}

function openRegular(root: string, relative: string, flags: number): OpenFile {
  const fd = openNoFollow(root, relative, flags | O_NONBLOCK)
  const stats = fs.fstatSync(fd)
  if (!stats.isFile()) {
    fs.closeSync(fd)
    throw errnoError('ENOTREG')
  }
  return { fd, size: stats.size, dev: stats.dev, ino: stats.ino, mtimeMs: stats.mtimeMs }
}

/** Nothing outside the channel is ever opened: links are followed only where they end inside of it. */
function openNoFollow(root: string, relative: string, flags: number): number {
  const path = insidePath(root, relative)
  try {
    return fs.openSync(path, flags | O_NOFOLLOW, 0o600)
  } catch (error) {
    if (errnoOf(error) !== 'ELOOP') throw error
    return fs.openSync(requireInside(root, fs.realpathSync(path)), flags | O_NOFOLLOW, 0o600)
  }
}

/**
 * The absolute path of a file of the channel, after looking at each folder on the way to it.
 * Throws ELOOP when one of them is a link that leads out of the channel.
 */
export function insidePath(root: string, relative: string): string {
  let path = root
  const parts = relative.split('/')
  for (const part of parts.slice(0, -1)) {
    path = `${path}/${part}`
    if (fs.lstatSync(path).isSymbolicLink()) path = requireInside(root, fs.realpathSync(path))
  }
  return `${path}/${parts.at(-1) ?? ''}`
}

function requireInside(root: string, real: string): string {
  if (real !== root && !real.startsWith(root + sep)) throw errnoError('ELOOP')
  return real
}
