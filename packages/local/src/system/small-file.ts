import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'

/** `absent` covers a missing parent; `unusable` is no regular file (a FIFO, a device, a folder, a refused link) or too large. */
export type SmallFile =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unusable' }

const ABSENT: SmallFile = { kind: 'absent' }
const UNUSABLE: SmallFile = { kind: 'unusable' }

/**
 * The text of a small regular file in four system calls; never blocks. Not for /proc, whose files say that they are empty.
 * @throws the system's error when the file may not be read (EACCES, EIO …)
 */
export function readSmallFile(path: string, maxBytes: number, options: { follow?: boolean } = {}): SmallFile {
  let fd: number
  try {
    fd = openSync(
      path,
      constants.O_RDONLY | constants.O_NONBLOCK | (options.follow === false ? constants.O_NOFOLLOW : 0),
    )
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return ABSENT
    if (code === 'ELOOP' || code === 'EISDIR' || code === 'ENXIO' || code === 'ENAMETOOLONG') return UNUSABLE
    throw error
  }
  try {
    const facts = fstatSync(fd)
    if (!facts.isFile() || facts.size > maxBytes) return UNUSABLE
    const bytes = Buffer.allocUnsafe(facts.size)
    let length = 0
    while (length < bytes.length) {
      const count = readSync(fd, bytes, length, bytes.length - length, null)
      if (count === 0) break
      length += count
    }
    return { kind: 'text', text: bytes.subarray(0, length).toString() }
  } finally {
    closeSync(fd)
  }
}

/** The `code` of a system error, or an empty string. */
export function errorCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : ''
}
