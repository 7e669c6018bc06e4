import type { StructuredPatchHunk } from 'diff'

/** Lines that may differ in one place, and lines behind it that have to be the same. */
const MOST = 300
const SAME = 6
/** Characters that are compared at once where both texts go on alike. */
const STRIDE = 16_384

interface Block {
  readonly from: Spot
  readonly to: Spot
}

/** A place in both texts: offsets at which a line begins, and how many lines stand before each. */
interface Spot {
  readonly a: number
  readonly b: number
  readonly lineA: number
  readonly lineB: number
}

/**
 * The hunks between two texts of which one was made of the other by a few small changes, in time that grows with their length alone.
 * Undefined when they differ in more. `context`: unchanged lines around each change.
 */
export function longHunks(before: string, after: string, context: number): StructuredPatchHunk[] | undefined {
  const blocks = changedBlocks(before, after)
  if (blocks === undefined) return undefined
  const groups: Block[][] = []
  for (const block of blocks) {
    const group = groups.at(-1)
    if (group !== undefined && block.from.lineA - (group.at(-1)?.to.lineA ?? 0) <= 2 * context) group.push(block)
    else groups.push([block])
  }
  return groups.map((group) => hunkOf(group, { before, after, context }))
}

/** The line that begins at an offset, with its line break; the last may have none. Empty behind the end. */
function lineAt(text: string, start: number): string {
  const end = text.indexOf('\n', start)
  return end < 0 ? text.slice(start) : text.slice(start, end + 1)
}

/** At most so many lines from an offset on. */
function linesFrom(text: string, start: number, most: number): string[] {
  const lines: string[] = []
  for (let at = start; at < text.length && lines.length < most; ) {
    const line = lineAt(text, at)
    lines.push(line)
    at += line.length
  }
  return lines
}

function changedBlocks(before: string, after: string): Block[] | undefined {
  const blocks: Block[] = []
  let spot = alikeUntil(before, after, { a: 0, b: 0, lineA: 0, lineB: 0 })
  while (spot.a < before.length || spot.b < after.length) {
    const to = nextSame(before, after, spot)
    if (to === undefined) return undefined
    blocks.push({ from: spot, to })
    spot = alikeUntil(before, after, to)
  }
  return blocks
}

/** Where the next line is another one in each text. */
function alikeUntil(before: string, after: string, from: Spot): Spot {
  let { a, b, lineA, lineB } = from
  const pass = (length: number, lines: number) => {
    a += length
    b += length
    lineA += lines
    lineB += lines
  }
  for (;;) {
    const stride = before.slice(a, a + STRIDE)
    const whole = stride.length === STRIDE && after.startsWith(stride, b) ? stride.lastIndexOf('\n') + 1 : 0
    if (whole > 0) {
      pass(whole, breaksIn(stride))
      continue
    }
    const line = lineAt(before, a)
    if (line === '' || line !== lineAt(after, b)) return { a, b, lineA, lineB }
    pass(line.length, 1)
  }
}

function breaksIn(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++
  return count
}

/** Where both go on alike, with as few lines passed as possible. */
function nextSame(before: string, after: string, { a, b, lineA, lineB }: Spot): Spot | undefined {
  const [left, right] = [linesFrom(before, a, MOST + SAME), linesFrom(after, b, MOST + SAME)]
  for (let passed = 1; passed <= MOST; passed++) {
    for (let gone = 0; gone <= passed; gone++) {
      const [x, y] = [gone, passed - gone]
      if (x > left.length || y > right.length || !goOnAlike(left, right, x, y)) continue
      return { a: a + lengthOf(left, x), b: b + lengthOf(right, y), lineA: lineA + x, lineB: lineB + y }
    }
  }
  return undefined
}

function goOnAlike(a: readonly string[], b: readonly string[], x: number, y: number): boolean {
  for (let n = 0; n < SAME; n++) {
    if (a[x + n] !== b[y + n]) return false
    if (a[x + n] === undefined) return true
  }
  return true
}

function lengthOf(lines: readonly string[], count: number): number {
  return lines.slice(0, count).reduce((sum, line) => sum + line.length, 0)
}

interface Texts {
  readonly before: string
  readonly after: string
  readonly context: number
}

function hunkOf(blocks: readonly Block[], { before, after, context }: Texts): StructuredPatchHunk {
  const lines: string[] = []
  const put = (mark: string, from: readonly string[]) => {
    for (const line of from) {
      if (line.endsWith('\n')) lines.push(mark + line.slice(0, -1))
      else lines.push(mark + line, '\\ No newline at end of file')
    }
  }
  const [first, last] = [blocks[0]?.from ?? START, blocks.at(-1)?.to ?? START]
  const above = linesBefore(before, first.a, context)
  put(' ', above)
  let at = first.a
  for (const { from, to } of blocks) {
    put(' ', linesFrom(before.slice(at, from.a), 0, Number.POSITIVE_INFINITY))
    put('-', linesFrom(before.slice(from.a, to.a), 0, Number.POSITIVE_INFINITY))
    put('+', linesFrom(after.slice(from.b, to.b), 0, Number.POSITIVE_INFINITY))
    at = to.a
  }
  const below = linesFrom(before, at, context)
  put(' ', below)
  const [start, newStart] = [first.lineA - above.length, first.lineB - above.length]
  const [end, newEnd] = [last.lineA + below.length, last.lineB + below.length]
  return { oldStart: start + 1, oldLines: end - start, newStart: newStart + 1, newLines: newEnd - newStart, lines }
}

const START: Spot = { a: 0, b: 0, lineA: 0, lineB: 0 }

/** The last lines before an offset at which a line begins. */
function linesBefore(text: string, end: number, most: number): string[] {
  let start = end
  for (let count = 0; count < most && start > 0; count++) start = start < 2 ? 0 : text.lastIndexOf('\n', start - 2) + 1
  return linesFrom(text.slice(start, end), 0, most)
}
