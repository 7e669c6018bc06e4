import fs from 'node:fs'
import type { AddressedEntry, InboxEntry } from '@rally/core/ports/transport'
import { text } from '@rally/core/readers'
import type { Cache } from '../cache/cache-folder.js'
import { foldFiles } from '../cache/fold-files.js'
import { isBlank, lineBlocks, MAX_LINE } from '../files/line-blocks.js'
import { linesBackward } from '../files/lines-backward.js'
import { type OpenFile, openToRead } from '../files/open-regular.js'
import { readNames } from '../files/read-names.js'
import { boxFile, parseMessage } from './parse-message.js'

/** Distance of the places whose ordinal is remembered. A box below this size is simply read. */
const STRIDE = 256 << 10
/** Lines looked through for the time of the last message. */
const LOOK_BACK = 1000

interface BoxCount {
  /** Non-blank complete lines. */
  count: number
  /** `[lines before, offset]`, one about every `STRIDE` bytes. */
  places: [number, number][]
  /** `[ordinal, session id]` of those that are meant for one session. */
  addressed: [number, string][]
}

/** Entries after an ordinal. Ordinals count non-blank lines; an unfinished last line counts as well (protocol section 6). */
export async function readBox(
  where: { root: string; cache: Cache; box: string },
  after: number,
  options: { limit: number },
): Promise<InboxEntry[]> {
  const file = openToRead(where.root, boxFile(where.box))
  if (file === undefined) return []
  try {
    const [before, offset] = file.size <= STRIDE || after <= 0 ? [0, 0] : await placeBefore(where, after)
    const entries: InboxEntry[] = []
    let ordinal = before
    for (const line of boxLines(file, offset)) {
      if (line !== undefined && isBlank(line.bytes, line.start, line.end)) continue
      ordinal++
      if (ordinal <= after) continue
      if (entries.length >= options.limit) break
      entries.push({ ordinal, message: line ? parseMessage(line.bytes.toString('utf8', line.start, line.end)) : null })
    }
    return entries
  } finally {
    fs.closeSync(file.fd)
  }
}

/** The boxes that hold something, by the names of their files, sorted. */
export function listBoxes(root: string): string[] {
  const names = readNames(`${root}/inbox`).filter((name) => name.endsWith('.jsonl') && !name.startsWith('.'))
  const filled = names.filter((name) => {
    const stats = fs.lstatSync(`${root}/inbox/${name}`, { throwIfNoEntry: false })
    return stats?.isFile() && stats.size > 0
  })
  return filled.map((name) => name.slice(0, -'.jsonl'.length)).sort()
}

/** Number of entries and the time of the last message that can be read; null when there is none or it has no time. */
export async function sizeOfBox(where: { root: string; cache: Cache; box: string }): Promise<{
  count: number
  lastTs: number | null
}> {
  const { state, ends } = await countBox(where)
  const file = openToRead(where.root, boxFile(where.box))
  if (file === undefined) return { count: 0, lastTs: null }
  try {
    let count = state.count
    let lastTs: number | null | undefined
    for (const line of boxLines(file, ends[0]?.position ?? 0)) {
      if (line !== undefined && isBlank(line.bytes, line.start, line.end)) continue
      count++
      if (line !== undefined) lastTs = timeOf(line.bytes.toString('utf8', line.start, line.end)) ?? lastTs
    }
    return { count, lastTs: lastTs !== undefined ? lastTs : lastTime(file) }
  } finally {
    fs.closeSync(file.fd)
  }
}

/** Which entries after an ordinal are meant for one session, and for which. */
export async function addressedIn(
  where: { root: string; cache: Cache; box: string },
  after: number,
): Promise<AddressedEntry[]> {
  const { state, ends } = await countBox(where)
  const found = [...state.addressed]
  const file = openToRead(where.root, boxFile(where.box))
  if (file === undefined) return []
  try {
    let ordinal = state.count
    for (const line of boxLines(file, ends[0]?.position ?? 0)) {
      if (line !== undefined && isBlank(line.bytes, line.start, line.end)) continue
      ordinal++
      const sessionId = line && addresseeOf(line.bytes, line.start, line.end)
      if (sessionId !== undefined) found.push([ordinal, sessionId])
    }
    return found.flatMap(([at, sessionId]) => (at > after ? [{ ordinal: at, sessionId }] : []))
  } finally {
    fs.closeSync(file.fd)
  }
}

const ADDRESSED = Buffer.from('"to_session_id"')

/** Looked for as bytes first: hardly any line has it. */
function addresseeOf(bytes: Buffer, start: number, end: number): string | undefined {
  const line = bytes.subarray(start, end)
  return line.includes(ADDRESSED) ? text(parseMessage(line.toString())?.to_session_id) : undefined
}

function countBox(where: { root: string; cache: Cache; box: string }) {
  const name = boxFile(where.box)
  const fold = {
    key: `box-${name.slice('inbox/'.length, -'.jsonl'.length)}`,
    version: 2,
    initial: (): BoxCount => ({ count: 0, places: [], addressed: [] }),
    line(state: BoxCount, bytes: Buffer, range: { start: number; end: number; offset: number }) {
      if (range.offset - (state.places.at(-1)?.[1] ?? 0) >= STRIDE) state.places.push([state.count, range.offset])
      if (isBlank(bytes, range.start, range.end)) return state
      state.count++
      const sessionId = addresseeOf(bytes, range.start, range.end)
      if (sessionId !== undefined) state.addressed.push([state.count, sessionId])
      return state
    },
    oversized(state: BoxCount) {
      state.count++
      return state
    },
  }
  return foldFiles(fold, () => ({ root: where.root, settled: [], growing: [name] }), { cache: where.cache })
}

async function placeBefore(
  where: { root: string; cache: Cache; box: string },
  after: number,
): Promise<[number, number]> {
  const { state } = await countBox(where)
  return state.places.findLast(([lines]) => lines <= after) ?? [0, 0]
}

type BoxLine = { bytes: Buffer; start: number; end: number } | undefined

/** All lines from an offset on, the unfinished last one too; undefined stands for one too large to be held. */
function* boxLines(file: OpenFile, from: number): Generator<BoxLine> {
  let position = from
  for (const block of lineBlocks(file.fd, from, file.size)) {
    if (block.length === 0) yield undefined
    for (let start = 0; start < block.length; ) {
      const end = block.bytes.indexOf(0x0a, start)
      yield { bytes: block.bytes, start, end }
      start = end + 1
    }
    position = block.next
  }
  const rest = Math.min(file.size - position, MAX_LINE)
  if (rest <= 0) return
  const bytes = Buffer.allocUnsafe(rest)
  yield { bytes, start: 0, end: fs.readSync(file.fd, bytes, 0, rest, position) }
}

function lastTime(file: OpenFile): number | null {
  let looked = 0
  for (const { bytes } of linesBackward(file.fd, file.size)) {
    const ts = timeOf(bytes.toString('utf8'))
    if (ts !== undefined) return ts
    if (++looked >= LOOK_BACK) return null
  }
  return null
}

/** Undefined for a line that is no message, null for a message without a time. */
function timeOf(line: string): number | null | undefined {
  const message = parseMessage(line)
  if (message === null) return undefined
  return message.ts === 0 ? null : message.ts
}
