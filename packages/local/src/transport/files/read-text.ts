import fs from 'node:fs'
import { type OpenFile, openToRead } from './open-regular.js'

/** Largest small file (presence, cursor, lease) that is read; anything above is damage or an attack. */
const LIMIT = 1 << 20

/** The text of a small file of the channel, or undefined when there is none that can be read as one. */
export function readText(root: string, relative: string): { text: string; file: OpenFile } | undefined {
  const file = openToRead(root, relative)
  if (file === undefined) return undefined
  try {
    if (file.size > LIMIT) return undefined
    const bytes = Buffer.allocUnsafe(file.size)
    const length = fs.readSync(file.fd, bytes, 0, file.size, 0)
    return { text: bytes.subarray(0, length).toString(), file }
  } finally {
    fs.closeSync(file.fd)
  }
}
