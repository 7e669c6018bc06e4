import fs from 'node:fs'
import { list, num, obj, parseJson } from '@rally/core/readers'
import { epochOf } from '@rally/core/rules/text/recency'
import { readBinary, writeBinary } from '../cache/binary-file.js'
import { type FileMark, fitsMark, markFile, parseMark } from '../cache/file-mark.js'
import { readRecord } from '../codec/read-record.js'
import { type LineBlock, lineBlocks } from '../files/line-blocks.js'
import type { OpenFile } from '../files/open-regular.js'
import { FILTER_BYTES, makeFilter } from './block-filter.js'

/** Some complete lines of a log file, and when the first and the last of them were written (epoch seconds). */
export interface IndexedBlock {
  readonly from: number
  readonly to: number
  readonly first: number | null
  readonly last: number | null
}

/** What is known of a file's lines up to `end`: a filter for each block, one behind the other. */
export interface SearchIndex {
  readonly blocks: readonly IndexedBlock[]
  readonly filters: Buffer
  readonly end: number
}

export interface IndexOptions {
  /** Where indexes are kept; undefined: nowhere. */
  readonly folder: string | undefined
  readonly nonce: () => string
  readonly onProgress?: ((done: number, total: number) => void) | undefined
}

const FORMAT = 1
/** What is left of a file below this size is read line by line. */
const WORTH_INDEXING = 1 << 20

/**
 * The index of one file of the log, from the cache as far as that still describes the file, then from the file. It goes by
 * the file, not by its name: a log that was rotated keeps it.
 */
export function indexOf(file: OpenFile, options: IndexOptions): SearchIndex {
  const name = `search-${file.dev.toString(36)}-${file.ino.toString(36)}.bin`
  const stored = options.folder === undefined ? undefined : parseIndex(readBinary(options.folder, name), file)
  const known = stored ?? { blocks: [], filters: Buffer.alloc(0), end: 0 }
  if (file.size - known.end < WORTH_INDEXING) return known
  const blocks: IndexedBlock[] = [...known.blocks]
  const filters: Buffer[] = [known.filters]
  let { end } = known
  for (const block of lineBlocks(file.fd, known.end, file.size)) {
    if (block.length > 0) {
      blocks.push({ from: block.offset, to: block.next, ...timesOf(block) })
      filters.push(makeFilter(block.bytes, block.length))
    }
    end = block.next
    options.onProgress?.(end, file.size)
  }
  const index = { blocks, filters: Buffer.concat(filters), end }
  if (options.folder !== undefined) {
    const head = { format: FORMAT, mark: markFile(file, end), blocks: blocks.map((one) => Object.values(one)) }
    const parts = [Buffer.from(`${JSON.stringify(head)}\n`), index.filters]
    writeBinary(options.folder, { name, parts, nonce: options.nonce() })
  }
  return index
}

function parseIndex(bytes: Buffer | undefined, file: OpenFile): SearchIndex | undefined {
  const start = bytes?.indexOf(0x0a) ?? -1
  if (bytes === undefined || start < 0) return undefined
  const head = obj(parseJson(bytes.toString('utf8', 0, start)))
  const mark: FileMark | undefined = parseMark(head.mark)
  if (head.format !== FORMAT || mark === undefined || !fitsMark(file, mark)) return undefined
  const filters = bytes.subarray(start + 1)
  const blocks = list(head.blocks).map((row): IndexedBlock => {
    const [from, to, first, last] = list(row)
    return { from: num(from) ?? 0, to: num(to) ?? 0, first: num(first) ?? null, last: num(last) ?? null }
  })
  return filters.length === blocks.length * FILTER_BYTES ? { blocks, filters, end: mark.position } : undefined
}

/** Lines are written in order of time, but for a few places. */
function timesOf({ bytes, length }: LineBlock): Pick<IndexedBlock, 'first' | 'last'> {
  const firstEnd = bytes.indexOf(0x0a)
  const lastStart = length < 2 ? 0 : bytes.lastIndexOf(0x0a, length - 2) + 1
  return { first: timeOf(bytes, 0, firstEnd), last: timeOf(bytes, lastStart, length - 1) }
}

function timeOf(bytes: Buffer, start: number, end: number): number | null {
  return epochOf(readRecord(bytes, start, end)?.ts) ?? null
}

/** Takes away indexes of files that are not part of the log any more. */
export function pruneIndexes(folder: string, files: readonly OpenFile[]): void {
  const present = new Set(files.map(({ dev, ino }) => `search-${dev.toString(36)}-${ino.toString(36)}.bin`))
  try {
    for (const name of fs.readdirSync(folder)) {
      if (/^search-[0-9a-z]+-[0-9a-z]+\.bin$/.test(name) && !present.has(name)) fs.rmSync(`${folder}/${name}`)
    }
  } catch {
    // It costs a little room on the disk.
  }
}
