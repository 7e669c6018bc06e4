import fs from 'node:fs'
import { MAX_LINE } from './line-blocks.js'

/** Small enough for Node's buffer pool: most looks need only the last lines. */
const FIRST = 4000
const LARGEST = 512 << 10

/** One complete line, without its newline. `bytes` is valid until the next one is asked for. */
export interface BackwardLine {
  readonly bytes: Buffer
  /** Where it starts in the file. */
  readonly offset: number
  /** Behind its newline. */
  readonly next: number
}

/**
 * The complete lines before a position, newest first, at a cost that does not depend on the file's length. Text behind
 * the last newline is not a line yet. Oversized lines are passed over.
 */
export function* linesBackward(fd: number, size: number): Generator<BackwardLine> {
  let end = size
  let held = Buffer.alloc(0)
  let step = FIRST
  let complete = false
  while (end > 0) {
    const start = Math.max(0, end - step)
    // A line longer than that is joined in pieces that double: copying it costs as much as reading it.
    step = Math.max(Math.min(step * 4, LARGEST), held.length)
    const chunk = Buffer.allocUnsafe(end - start)
    if (fs.readSync(fd, chunk, 0, chunk.length, start) !== chunk.length) return
    held = held.length === 0 ? chunk : Buffer.concat([chunk, held])
    if (!complete) {
      const last = held.lastIndexOf(0x0a)
      if (last < 0) {
        if (held.length > MAX_LINE) held = Buffer.alloc(0)
        end = start
        continue
      }
      held = held.subarray(0, last + 1)
      complete = true
    }
    // `held` now ends behind a newline and starts at `start`.
    for (;;) {
      const before = held.length < 2 ? -1 : held.lastIndexOf(0x0a, held.length - 2)
      if (before < 0) break
      // What was joined in large pieces may hold a line that is too long.
      if (held.length - before - 2 <= MAX_LINE)
        yield {
          bytes: held.subarray(before + 1, held.length - 1),
          offset: start + before + 1,
          next: start + held.length,
        }
      held = held.subarray(0, before + 1)
    }
    if (held.length > MAX_LINE) {
      held = Buffer.alloc(0)
      complete = false
    }
    end = start
  }
  if (complete && held.length > 0 && held.length - 1 <= MAX_LINE)
    yield { bytes: held.subarray(0, held.length - 1), offset: 0, next: held.length }
}
