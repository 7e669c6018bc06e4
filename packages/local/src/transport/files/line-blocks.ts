import fs from 'node:fs'

/** Lines above this size are damage or an attack: they are passed over (and counted), never held in memory. */
export const MAX_LINE = 16 << 20

const BLOCK = 256 << 10

/** Some complete lines of a file. `bytes` is reused by the next block. */
export interface LineBlock {
  readonly bytes: Buffer
  /** Length of the part of `bytes` that holds lines; it ends behind a newline. 0 for one oversized line. */
  readonly length: number
  /** Where the block starts in the file. */
  readonly offset: number
  /** Where the next one starts. */
  readonly next: number
}

/** The complete lines between two positions, block by block, in bounded memory. An unfinished last line is left out. */
export function* lineBlocks(fd: number, from: number, to: number): Generator<LineBlock> {
  let bytes = Buffer.allocUnsafe(Math.min(BLOCK, Math.max(to - from, 1)))
  let offset = from
  let held = 0
  while (offset + held < to) {
    const read = fs.readSync(fd, bytes, held, Math.min(bytes.length - held, to - offset - held), offset + held)
    if (read === 0) return
    const end = bytes.lastIndexOf(0x0a, held + read - 1) + 1
    held += read
    if (end > 0) {
      yield { bytes, length: end, offset, next: offset + end }
      bytes.copy(bytes, 0, end, held)
      offset += end
      held -= end
      continue
    }
    if (held < bytes.length) continue
    if (bytes.length < MAX_LINE) {
      const larger = Buffer.allocUnsafe(bytes.length * 2)
      bytes.copy(larger, 0, 0, held)
      bytes = larger
      continue
    }
    const next = endOfLine(fd, offset + held, to)
    if (next === undefined) return
    yield { bytes, length: 0, offset, next }
    offset = next
    held = 0
  }
}

/** Calls `visit` for each line of a block, without its newline. */
export function eachLine(block: LineBlock, visit: (bytes: Buffer, start: number, end: number) => void): void {
  const { bytes, length } = block
  for (let start = 0; start < length; ) {
    const end = bytes.indexOf(0x0a, start)
    visit(bytes, start, end)
    start = end + 1
  }
}

/** Whether a line holds only white space. */
export function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number
    if (byte !== 32 && (byte < 9 || byte > 13) && (byte < 28 || byte > 31)) return false
  }
  return true
}

function endOfLine(fd: number, from: number, to: number): number | undefined {
  const bytes = Buffer.allocUnsafe(BLOCK)
  for (let offset = from; offset < to; ) {
    const read = fs.readSync(fd, bytes, 0, Math.min(BLOCK, to - offset), offset)
    if (read === 0) return undefined
    const end = bytes.subarray(0, read).indexOf(0x0a)
    if (end >= 0) return offset + end + 1
    offset += read
  }
  return undefined
}
