import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { readKnown } from './known-bytes.js'
import { Refused } from './refusal.js'

/** Settings files are small; what is larger is something else. */
const LARGEST = 4 * 1024 * 1024

/** A file as it is on disk, or the place where it would be. */
export interface TargetFile {
  /** Where the bytes are: links are followed, so that writing never replaces one. */
  readonly real: string
  /** Whether a symbolic link led there. */
  readonly linked: boolean
  /** Undefined when there is no file. */
  readonly content: FileContent | undefined
}

export interface FileContent {
  readonly bytes: Buffer
  readonly hash: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Names that the file has (hard links). */
  readonly links: number
}

let reads: Set<string> | undefined

/** What a piece of work comes to, and every path that it looked at: while none of them changes, neither does the answer. */
export function recordingReads<T>(work: () => T): { readonly value: T; readonly paths: readonly string[] } {
  const outer = reads
  const own = new Set<string>()
  reads = own
  try {
    return { value: work(), paths: [...own] }
  } finally {
    reads = outer
  }
}

/** Says that an answer depends on a file or folder. */
export function noteRead(path: string): void {
  reads?.add(path)
}

/** Reads the file at `path`. Throws Refused for everything that is not a readable regular file or a free place. */
export function readTarget(path: string): TargetFile {
  noteRead(path)
  try {
    const place = join(realFolder(dirname(path)), basename(path))
    const stat = lstatSync(place, { throwIfNoEntry: false })
    if (stat === undefined) return { real: place, linked: false, content: undefined }
    const real = stat.isSymbolicLink() ? followLink(place) : place
    return { real, linked: real !== place, content: readContent(real) }
  } catch (error) {
    if (error instanceof Refused) throw error
    throw unreadable(path, error)
  }
}

/** Why a file cannot be read; names what stands where one of its folders belongs. */
export function unreadable(path: string, error: unknown): Refused {
  const message = codeOf(error) === 'ENOTDIR' ? inTheWayOf(path) : undefined
  if (message !== undefined) return new Refused({ code: 'not-a-folder', message })
  return new Refused({ code: 'unreadable', message: `it cannot be read: ${codeOf(error)}` })
}

function inTheWayOf(path: string): string | undefined {
  const folder = dirname(path)
  if (folder === path) return undefined
  try {
    return statSync(folder).isDirectory() ? undefined : `${folder} is no folder`
  } catch {
    return inTheWayOf(folder)
  }
}

/** Where a link leads. One that leads nowhere is refused: its owner meant something by it. */
function followLink(path: string): string {
  try {
    return realpathSync.native(path)
  } catch (error) {
    if (codeOf(error) === 'ELOOP')
      throw new Refused({ code: 'not-a-file', message: 'its symbolic link leads in a circle' })
    if (codeOf(error) !== 'ENOENT') throw error
    const message = `it is a symbolic link to ${readlinkSync(path)}, which does not exist`
    throw new Refused({ code: 'not-a-file', message })
  }
}

/** The real path of a folder that may not exist yet. */
function realFolder(folder: string): string {
  const parent = dirname(folder)
  if (parent === folder) return folder
  const stat = lstatSync(folder, { throwIfNoEntry: false })
  if (stat === undefined) return join(realFolder(parent), basename(folder))
  try {
    return realpathSync.native(folder)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    throw new Refused({ code: 'not-a-folder', message: `${folder} is a symbolic link that leads nowhere` })
  }
}

function readContent(path: string): FileContent | undefined {
  let fd: number
  try {
    // A pipe in its place must not hold us up.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
  try {
    const stat = fstatSync(fd)
    if (!stat.isFile()) throw new Refused({ code: 'not-a-file', message: 'it is not a regular file' })
    if (stat.size > LARGEST) throw new Refused({ code: 'too-large', message: `it is larger than ${LARGEST} bytes` })
    const { bytes, hash } = readKnown(fd, stat.size)
    const { mode, uid, gid, nlink } = stat
    return { bytes, hash, mode: mode & 0o7777, uid, gid, links: nlink }
  } finally {
    closeSync(fd)
  }
}

/** Text of a file and whether a byte order mark stands in front of it. `joinText` gives back the very same bytes. */
export interface FileText {
  readonly mark: boolean
  readonly text: string
}

/** Planning, checking and comparing ask for the text of the same bytes, which nobody changes. */
const texts = new WeakMap<Uint8Array, FileText>()

/** Throws Refused when the bytes are not UTF-8. */
export function splitText(bytes: Uint8Array): FileText {
  const known = texts.get(bytes)
  if (known !== undefined) return known
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    const split = text.startsWith('\ufeff') ? { mark: true, text: text.slice(1) } : { mark: false, text }
    texts.set(bytes, split)
    return split
  } catch {
    throw new Refused({ code: 'encoding', message: 'it is not UTF-8 text' })
  }
}

export function joinText(content: FileText): Buffer {
  return Buffer.from((content.mark ? '\ufeff' : '') + content.text, 'utf8')
}

/** The code of a system error (`EACCES`), or its message. */
export function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return error instanceof Error ? error.message : String(error)
}
