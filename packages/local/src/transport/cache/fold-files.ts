import fs from 'node:fs'
import { RallyError } from '@rally/core/errors'
import { eachLine, type LineBlock, lineBlocks } from '../files/line-blocks.js'
import { type OpenFile, openToRead } from '../files/open-regular.js'
import type { Cache } from './cache-folder.js'
import { type FileMark, fitsMark, markFile } from './file-mark.js'
import { loadSnapshot, type Snapshot, saveSnapshot } from './snapshot.js'

/** A fold over the complete lines of files that only grow. */
export interface LineFold<State> {
  readonly key: string
  readonly version: number
  initial(): State
  line(state: State, bytes: Buffer, range: { start: number; end: number; offset: number }): State
  /** A line too large to be held. */
  oversized?(state: State): State
}

export interface FoldSources {
  readonly root: string
  /** Files that nobody writes to any more, oldest first. They are folded once and not looked at again. */
  readonly settled: readonly string[]
  /** Files that may have grown or been renamed since, in order, behind the settled ones. */
  readonly growing: readonly string[]
}

export interface FoldOptions {
  /** Undefined: keep nothing (a search that is asked once). */
  readonly cache: Cache | undefined
  readonly onProgress?: ((done: number, total: number) => void) | undefined
}

export interface Folded<State> {
  readonly state: State
  /** How far each file was read. */
  readonly ends: readonly { readonly name: string; readonly position: number }[]
}

/** The event loop gets a turn, and `onProgress` a call, after this many bytes. */
const TURN = 4 << 20
/** Fresh starts when files are renamed while they are read. */
const ATTEMPTS = 5

/**
 * The state after all lines of all files: from the cache as far as that still describes them, then from the files. The
 * answer is the one that a fresh fold would give: files that vanished or were rewritten start one.
 * `list` is asked again for each start.
 */
export async function foldFiles<State>(
  fold: LineFold<State>,
  list: () => FoldSources,
  options: FoldOptions,
): Promise<Folded<State>> {
  let snapshot = options.cache && loadSnapshot<State>(fold, options.cache)
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    snapshot ??= { state: fold.initial(), settled: new Set(), marks: [] }
    const folded = await continueFold(fold, list(), { snapshot, options })
    if (folded !== undefined) return folded
    snapshot = undefined
  }
  throw new RallyError('BUSY', { what: `${fold.key}: its files keep changing their names` })
}

/** One file of a fold: what it was when the plan was made, and where to continue in it. */
interface Step {
  readonly name: string
  readonly dev: number
  readonly ino: number
  readonly size: number
  readonly mark: FileMark | undefined
}

/** Undefined when the snapshot does not describe the files, or files were renamed meanwhile. */
async function continueFold<State>(
  fold: LineFold<State>,
  sources: FoldSources,
  { snapshot, options }: { snapshot: Snapshot<State>; options: FoldOptions },
): Promise<Folded<State> | undefined> {
  const steps = planSteps(sources, snapshot)
  if (steps === undefined) return undefined
  const total = steps.reduce((sum, { size, mark }) => sum + size - (mark?.position ?? 0), 0)
  const progress = reporter(total, options.onProgress)
  const growing = new Set(sources.growing)
  const ends: { name: string; position: number }[] = []
  snapshot.marks = []
  for (const step of steps) {
    const file = openToRead(sources.root, step.name)
    if (file === undefined) return undefined
    try {
      if (file.ino !== step.ino || file.dev !== step.dev) return undefined
      if (step.mark !== undefined && !fitsMark(file, step.mark)) return undefined
      const position = await foldFile(fold, { file, from: step.mark?.position ?? 0, snapshot, progress })
      ends.push({ name: step.name, position })
      if (!growing.has(step.name)) snapshot.settled.add(step.name)
      else if (position > 0) snapshot.marks.push(markFile(file, position))
    } finally {
      fs.closeSync(file.fd)
    }
  }
  if (total > 0 && options.cache !== undefined) saveSnapshot(fold, snapshot, { cache: options.cache, bytes: total })
  return { state: snapshot.state, ends }
}

function planSteps(sources: FoldSources, snapshot: Snapshot<unknown>): Step[] | undefined {
  const present = new Set(sources.settled)
  for (const name of snapshot.settled) if (!present.has(name)) return undefined
  const names = [...sources.settled.filter((name) => !snapshot.settled.has(name)), ...sources.growing]
  const steps: Step[] = []
  let unmatched: readonly FileMark[] = snapshot.marks
  for (const name of names) {
    const stats = statRegular(sources.root, name)
    if (stats === undefined) continue
    const mark = unmatched.find(({ dev, ino }) => dev === stats.dev && ino === stats.ino)
    // A new file in front of one that was read already would come in the wrong order.
    if (mark === undefined && stats.size > 0 && unmatched.length > 0) return undefined
    unmatched = unmatched.filter((other) => other !== mark)
    steps.push({ name, dev: stats.dev, ino: stats.ino, size: stats.size, mark })
  }
  return unmatched.length > 0 ? undefined : steps
}

function statRegular(root: string, name: string): OpenFile | undefined {
  const file = openToRead(root, name)
  if (file !== undefined) fs.closeSync(file.fd)
  return file
}

async function foldFile<State>(
  fold: LineFold<State>,
  work: { file: OpenFile; from: number; snapshot: Snapshot<State>; progress: (bytes: number) => boolean },
): Promise<number> {
  const { file, snapshot } = work
  let position = work.from
  for (const block of lineBlocks(file.fd, work.from, file.size)) {
    foldBlock(fold, snapshot, block)
    position = block.next
    if (work.progress(block.next - block.offset)) await new Promise(setImmediate)
  }
  return position
}

function foldBlock<State>(fold: LineFold<State>, snapshot: Snapshot<State>, block: LineBlock): void {
  if (block.length === 0) {
    if (fold.oversized) snapshot.state = fold.oversized(snapshot.state)
    return
  }
  eachLine(block, (bytes, start, end) => {
    snapshot.state = fold.line(snapshot.state, bytes, { start, end, offset: block.offset + start })
  })
}

/** Counts bytes; answers true when it is time for a turn of the event loop. */
function reporter(total: number, onProgress: FoldOptions['onProgress']): (bytes: number) => boolean {
  let done = 0
  let next = TURN
  return (bytes) => {
    done += bytes
    if (done < next) return false
    next = done + TURN
    onProgress?.(done, total)
    return true
  }
}
