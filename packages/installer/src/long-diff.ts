import type { StructuredPatchHunk } from 'diff'

/** Lines that may differ in one place, and lines behind it that have to be the same. */
const MOST = 300
const SAME = 6

interface Block {
  readonly from: number
  readonly to: number
  readonly newFrom: number
  readonly newTo: number
}

/**
 * The hunks between two texts of which one was made of the other by a few small changes, in time that grows with their length alone.
 * Undefined when they differ in more. `context`: unchanged lines around each change.
 */
export function longHunks(before: string, after: string, context: number): StructuredPatchHunk[] | undefined {
  const [a, b] = [linesOf(before), linesOf(after)]
  const blocks = changedBlocks(a, b)
  if (blocks === undefined) return undefined
  const groups: Block[][] = []
  for (const block of blocks) {
    const group = groups.at(-1)
    if (group !== undefined && block.from - (group.at(-1)?.to ?? 0) <= 2 * context) group.push(block)
    else groups.push([block])
  }
  return groups.map((group) => hunkOf(group, { a, b, context }))
}

/** Each with its line break; the last may have none. */
function linesOf(text: string): string[] {
  const lines: string[] = []
  let start = 0
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
    lines.push(text.slice(start, end + 1))
    start = end + 1
  }
  if (start < text.length) lines.push(text.slice(start))
  return lines
}

function changedBlocks(a: readonly string[], b: readonly string[]): Block[] | undefined {
  const blocks: Block[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    if (i < a.length && a[i] === b[j]) {
      i++
      j++
      continue
    }
    const next = nextSame(a, b, i, j)
    if (next === undefined) return undefined
    blocks.push({ from: i, to: next[0], newFrom: j, newTo: next[1] })
    ;[i, j] = next
  }
  return blocks
}

/** Where both go on alike, with as few lines passed as possible. */
function nextSame(a: readonly string[], b: readonly string[], i: number, j: number): [number, number] | undefined {
  for (let passed = 1; passed <= MOST; passed++) {
    for (let gone = 0; gone <= passed; gone++) {
      const [x, y] = [i + gone, j + passed - gone]
      if (x <= a.length && y <= b.length && goOnAlike(a, b, x, y)) return [x, y]
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

function hunkOf(
  blocks: readonly Block[],
  { a, b, context }: { a: readonly string[]; b: readonly string[]; context: number },
): StructuredPatchHunk {
  const lines: string[] = []
  const put = (mark: string, from: readonly string[]) => {
    for (const line of from) {
      if (line.endsWith('\n')) lines.push(mark + line.slice(0, -1))
      else lines.push(mark + line, '\\ No newline at end of file')
    }
  }
  const start = Math.max(0, (blocks[0]?.from ?? 0) - context)
  const newStart = (blocks[0]?.newFrom ?? 0) - ((blocks[0]?.from ?? 0) - start)
  let at = start
  for (const { from, to, newFrom, newTo } of blocks) {
    put(' ', a.slice(at, from))
    put('-', a.slice(from, to))
    put('+', b.slice(newFrom, newTo))
    at = to
  }
  const end = Math.min(a.length, at + context)
  put(' ', a.slice(at, end))
  const newEnd = (blocks.at(-1)?.newTo ?? 0) + (end - at)
  return { oldStart: start + 1, oldLines: end - start, newStart: newStart + 1, newLines: newEnd - newStart, lines }
}
