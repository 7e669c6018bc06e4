import fs from 'node:fs'
import { int, isObject, str } from '@rally/core/readers'
import type { OpenFile } from '../files/open-regular.js'

/** How far a file was read, and enough of it to know it again under another name or to see that it was rewritten. */
export interface FileMark {
  readonly dev: number
  readonly ino: number
  readonly position: number
  /** The first bytes, and the ones just before `position`, in base64. */
  readonly head: string
  readonly tail: string
}

const HEAD = 256
const TAIL = 32

export function markFile(file: OpenFile, position: number): FileMark {
  return { dev: file.dev, ino: file.ino, position, ...sample(file, position) }
}

/** Whether the file still begins as it did when the mark was made. */
export function fitsMark(file: OpenFile, mark: FileMark): boolean {
  if (file.dev !== mark.dev || file.ino !== mark.ino || file.size < mark.position) return false
  const { head, tail } = sample(file, mark.position)
  return head === mark.head && tail === mark.tail
}

export function parseMark(value: unknown): FileMark | undefined {
  if (!isObject(value)) return undefined
  const [dev, ino, position] = [int(value.dev), int(value.ino), int(value.position)]
  if (dev === undefined || ino === undefined || position === undefined || position < 0) return undefined
  return { dev, ino, position, head: str(value.head), tail: str(value.tail) }
}

function sample(file: OpenFile, position: number): { head: string; tail: string } {
  return { head: readBase64(file, 0, Math.min(HEAD, position)), tail: readBase64(file, position - TAIL, position) }
}

function readBase64(file: OpenFile, from: number, to: number): string {
  const start = Math.max(from, 0)
  if (to <= start) return ''
  const bytes = Buffer.allocUnsafe(to - start)
  return bytes.toString('base64', 0, fs.readSync(file.fd, bytes, 0, bytes.length, start))
}
