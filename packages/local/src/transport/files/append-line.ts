import fs from 'node:fs'
import { errnoError } from './errno.js'
import { nap } from './nap.js'
import { type OpenFile, openToAppend } from './open-regular.js'
import { syncFolders } from './sync-folders.js'

const NEWLINE = Buffer.from('\n')

/**
 * Appends one line with a single `O_APPEND` write, so that concurrent writers, ours or not, never tear each other's
 * lines. `line` ends in a newline. When the file's last line was left unfinished (by a crash or a full disk), a newline
 * goes first, in the same write.
 * @throws the operating system's error when the line was not stored; then nothing of it is left that a reader could take for a record
 */
export function appendLine(root: string, relative: string, line: Buffer, options: { synced: boolean }): void {
  const opened = openToAppend(root, relative)
  try {
    const { file, clean } = settled(opened, (at) => ({ file: at, clean: endsInNewline(at) }))
    writeLine(file, line, clean)
    if (options.synced) {
      fs.fdatasyncSync(opened.fd)
      if (file.size === 0) syncFolders(root, relative)
    }
  } finally {
    fs.closeSync(opened.fd)
  }
}

/**
 * A file may seem to end in the middle of a line just because somebody is writing that line: the size grows page by
 * page. A second look, a moment later, tells that from a line that was left unfinished.
 */
export function settled<T extends { clean: boolean }>(file: OpenFile, look: (file: OpenFile) => T): T {
  const first = look(file)
  if (first.clean) return first
  nap(0.3)
  return look({ ...file, size: fs.fstatSync(file.fd).size })
}

function endsInNewline(file: OpenFile): boolean {
  if (file.size === 0) return true
  const last = Buffer.allocUnsafe(1)
  return fs.readSync(file.fd, last, 0, 1, file.size - 1) !== 1 || last[0] === 0x0a
}

/** The single write, and its repair when the file system took only a part. */
export function writeLine(file: OpenFile, line: Buffer, clean: boolean): void {
  const bytes = clean ? line : Buffer.concat([NEWLINE, line])
  const written = fs.writeSync(file.fd, bytes, 0, bytes.length, null)
  if (written === bytes.length) return
  repairShortWrite(file, written)
  throw errnoError('ESHORT')
}

/**
 * Takes the half line back if it is still the end of the file. Somebody who appends without our lock between the look
 * and the cut would lose a record, but a short write means that the device refused the next byte a moment ago.
 * If somebody did append behind it, the half line is at least ended, so that it spoils nobody else's.
 */
function repairShortWrite(file: OpenFile, written: number): void {
  try {
    if (fs.fstatSync(file.fd).size === file.size + written) fs.ftruncateSync(file.fd, file.size)
    else fs.writeSync(file.fd, NEWLINE, 0, 1, null)
  } catch {
    // The next of our writers finds a file that does not end in a newline and starts with one.
  }
}
