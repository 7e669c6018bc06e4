import fs from 'node:fs'
import { safeName } from '@rally/core/ids'
import type { BoxEntry, BoxPage, BoxTold } from '@rally/core/moments'
import { statIfThere } from '../system/facts.js'
import { isBlank } from '../transport/files/line-blocks.js'
import { openToRead } from '../transport/files/open-regular.js'
import { readAckCursor } from '../transport/inbox/ack-cursor-file.js'
import { boxFile, parseMessage } from '../transport/inbox/parse-message.js'

/** A session that never looked into a box reads so much of its end; what is older is left to `rally inbox read`. */
const FIRST_BYTES = 256 << 10
/** Lines before that are counted up to this size, so that the session's ack cursor can be obeyed by count. */
const COUNTED_BYTES = 16 << 20
/** Read at once at most; the rest next time. */
const MOST_BYTES = 4 << 20

/** Names that are file names as they are: nearly all tools have one, and one test is cheaper than three replacements. */
const PLAIN_NAME = /^[A-Za-z0-9-](?:[A-Za-z0-9_.-]*[A-Za-z0-9-])?$/

export interface BoxQuery {
  readonly tool: string
  readonly sessionId: string
  readonly told: Readonly<Record<string, BoxTold>>
  /** Only what no urgent message was looked for in yet. */
  readonly urgentOnly?: boolean
}

/** The boxes that a tool's session reads. */
export function boxesOf(tool: string): readonly { box: string; source: 'direct' | 'broadcast' }[] {
  const direct = PLAIN_NAME.test(tool) ? tool : safeName(tool)
  return direct === 'all'
    ? [{ box: 'all', source: 'direct' }]
    : [
        { box: direct, source: 'direct' },
        { box: 'all', source: 'broadcast' },
      ]
}

/** Whether anything was added to the session's boxes: a look at their sizes. */
export function hasNews(root: string, query: BoxQuery): boolean {
  return boxesOf(query.tool).some(({ box }) => isLonger(root, box, query))
}

/** What is new in the boxes of a session; boxes with nothing new cost one look at their size. */
export function readPages(root: string, query: BoxQuery): BoxPage[] {
  const pages: BoxPage[] = []
  for (const { box, source } of boxesOf(query.tool)) {
    if (!isLonger(root, box, query)) continue
    const page = readBox(root, box, { told: query.told[box], urgentOnly: query.urgentOnly === true })
    if (page === undefined || page.entries.length === 0) continue
    pages.push({ ...page, source, ack: readAckCursor(root, query.tool, query.sessionId) })
  }
  return pages
}

/** Positions at the end of each box, for a session that hears only of what comes later. */
export function endOfBoxes(root: string, tool: string): Record<string, BoxTold> {
  const told: Record<string, BoxTold> = {}
  for (const { box } of boxesOf(tool)) {
    const file = openToRead(root, boxFile(box))
    if (file === undefined) continue
    try {
      const end = startOfLine(file.fd, file.size)
      told[box] = { offset: end, line: 0, counted: false, ahead: [], seen: end, seenLine: 0 }
    } finally {
      fs.closeSync(file.fd)
    }
  }
  return told
}

function isLonger(root: string, box: string, { told, urgentOnly }: BoxQuery): boolean {
  const stats = statIfThere(`${root}/inbox/${box}.jsonl`)
  if (!stats?.isFile()) return false
  const known = Object.hasOwn(told, box) ? told[box] : undefined
  return stats.size !== (urgentOnly === true ? known?.seen : known?.offset) && stats.size > 0
}

function readBox(
  root: string,
  box: string,
  { told, urgentOnly }: { told: BoxTold | undefined; urgentOnly: boolean },
): Pick<BoxPage, 'box' | 'told' | 'entries'> | undefined {
  const file = openToRead(root, boxFile(box))
  if (file === undefined) return undefined
  try {
    // A box that is shorter than what was read of it was cut or replaced.
    const known = told !== undefined && told.offset <= file.size ? told : enterBox(file.fd, file.size)
    const from = urgentOnly ? Math.min(known.seen, file.size) : known.offset
    const line = urgentOnly ? known.seenLine : known.line
    return { box, told: known, entries: entriesBetween(file.fd, { from, to: file.size, line }) }
  } finally {
    fs.closeSync(file.fd)
  }
}

/** Where a session that never looked begins to read. */
function enterBox(fd: number, size: number): BoxTold {
  const offset = size <= FIRST_BYTES ? 0 : startOfLine(fd, size - FIRST_BYTES)
  const counted = offset <= COUNTED_BYTES
  const line = counted ? countLines(fd, offset) : 0
  return { offset, line, counted, ahead: [], seen: offset, seenLine: line }
}

function entriesBetween(fd: number, { from, to, line }: { from: number; to: number; line: number }): BoxEntry[] {
  const bytes = readRange(fd, from, Math.min(to, from + MOST_BYTES))
  const entries: BoxEntry[] = []
  let start = 0
  for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, start)) {
    if (!isBlank(bytes, start, end)) {
      const message = parseMessage(bytes.toString('utf8', start, end))
      entries.push({
        line: line + entries.length + 1,
        end: from + end + 1,
        message,
      })
    }
    start = end + 1
  }
  // A line longer than anybody writes: passed over, so that what comes behind it is heard.
  if (entries.length === 0 && bytes.length === MOST_BYTES)
    entries.push({ line: line + 1, end: from + MOST_BYTES, message: null })
  return entries
}

function countLines(fd: number, to: number): number {
  let count = 0
  let blank = true
  for (let from = 0; from < to; from += MOST_BYTES) {
    const bytes = readRange(fd, from, Math.min(to, from + MOST_BYTES))
    let start = 0
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, start)) {
      if (!blank || !isBlank(bytes, start, end)) count += 1
      blank = true
      start = end + 1
    }
    if (start < bytes.length) blank = blank && isBlank(bytes, start, bytes.length)
  }
  return count
}

/** The start of the line that the position lies in, or the position itself when the line is absurdly long. */
function startOfLine(fd: number, position: number): number {
  const from = Math.max(0, position - (64 << 10))
  const newline = readRange(fd, from, position).lastIndexOf(0x0a)
  if (newline >= 0) return from + newline + 1
  return from === 0 ? 0 : position
}

function readRange(fd: number, from: number, to: number): Buffer {
  const bytes = Buffer.allocUnsafe(Math.max(0, to - from))
  let length = 0
  while (length < bytes.length) {
    const count = fs.readSync(fd, bytes, length, bytes.length - length, from + length)
    if (count === 0) break
    length += count
  }
  return bytes.subarray(0, length)
}
