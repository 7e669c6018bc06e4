import { closeSync, readSync } from 'node:fs'
import { openToRead } from './open-regular.js'

/** The last bytes of a file below a channel's folder, `most` of them, and how large it is; undefined where there is no regular file. */
export function readEnd(root: string, path: string, most: number): { size: number; text: string } | undefined {
  const file = openToRead(root, path)
  if (file === undefined) return undefined
  try {
    const from = Math.max(0, file.size - most)
    const bytes = Buffer.allocUnsafe(file.size - from)
    const length = readSync(file.fd, bytes, 0, bytes.length, from)
    return { size: file.size, text: bytes.subarray(0, length).toString() }
  } finally {
    closeSync(file.fd)
  }
}
