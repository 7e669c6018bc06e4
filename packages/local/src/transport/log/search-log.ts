import fs from 'node:fs'
import type { ChangeRecord } from '@rally/core/model/change-record'
import type { LogSearch } from '@rally/core/ports/transport'
import { epochOf } from '@rally/core/rules/text/recency'
import { countOf } from '../codec/python-values.js'
import { readRecord } from '../codec/read-record.js'
import { linesBackward } from '../files/lines-backward.js'
import { type OpenFile, openToRead } from '../files/open-regular.js'
import { bitsOf, FILTER_BYTES, mayHave } from './block-filter.js'
import { listLogFiles } from './log-files.js'
import { type IndexedBlock, type IndexOptions, indexOf, pruneIndexes, type SearchIndex } from './search-index.js'

/** Records may stand so many seconds out of order (a clock that was set, a writer that was held up, a relay). */
const OUT_OF_ORDER_SECS = 24 * 3600
/** So many records that are too old, one after the other, end a search: what stands before them is older still. */
const MANY_OLD = 256

/** The newest records that are wanted, oldest first; see `LogStore.search`. */
export function searchLog(root: string, search: LogSearch, options: IndexOptions): ChangeRecord[] {
  const { layout, archives, live } = listLogFiles(root)
  const names = [...archives, ...live].reverse()
  const wanted = { ...search, words: search.words.map((word) => word.toLowerCase()) }
  const found: ChangeRecord[] = []
  const files: OpenFile[] = []
  const usesIndex = wanted.words.length > 0 || wanted.until !== undefined
  let complete = true
  for (const name of names) {
    const file = openToRead(root, name)
    if (file === undefined) continue
    files.push(file)
    try {
      const limit = layout === 'native' ? wanted.limit : wanted.limit - found.length
      const taken: ChangeRecord[] = []
      const taking = { ...wanted, limit, found: taken, old: 0 }
      const index = usesIndex ? indexOf(file, options) : NO_INDEX
      if (searchTail(file, index.end, taking)) searchBlocks(file, index, taking)
      found.push(...taken)
      // The rest of the log is older than what was asked for, or there is enough.
      if (layout === 'plain' && (found.length >= wanted.limit || taking.old >= MANY_OLD)) {
        complete = false
        break
      }
    } finally {
      fs.closeSync(file.fd)
    }
  }
  if (usesIndex && complete && options.folder !== undefined) pruneIndexes(options.folder, files)
  found.reverse()
  if (layout === 'native') found.sort((a, b) => countOf(a.revision) - countOf(b.revision))
  return found.slice(-wanted.limit)
}

const NO_INDEX: SearchIndex = { blocks: [], filters: Buffer.alloc(0), end: 0 }

interface Taking extends LogSearch {
  /** Newest first. */
  readonly found: ChangeRecord[]
  /** Records that were too old, one after the other. */
  old: number
}

/** What no index describes, from the end; false when the search is over. */
function searchTail(file: OpenFile, from: number, taking: Taking): boolean {
  for (const { bytes, offset } of linesBackward(file.fd, file.size)) {
    if (offset < from) return true
    const text = taking.words.length === 0 ? '' : bytes.toString('latin1').toLowerCase()
    if (!taking.words.every((word) => text.includes(word))) continue
    if (!take(readRecord(bytes, 0, bytes.length), taking)) return false
  }
  return true
}

function searchBlocks(file: OpenFile, { blocks, filters }: SearchIndex, taking: Taking): void {
  const bits = bitsOf(taking.words)
  for (let at = blocks.length - 1; at >= 0; at--) {
    const block = blocks[at] as IndexedBlock
    const { since, until } = taking
    if (since !== undefined && block.last !== null && block.last < since - OUT_OF_ORDER_SECS) {
      taking.old = MANY_OLD
      return
    }
    if (until !== undefined && block.first !== null && block.first > until + OUT_OF_ORDER_SECS) continue
    if (mayHave(filters, at * FILTER_BYTES, bits) && !searchBlock(file, block, taking)) return
  }
}

function searchBlock(file: OpenFile, { from, to }: IndexedBlock, taking: Taking): boolean {
  const bytes = Buffer.allocUnsafe(to - from)
  if (fs.readSync(file.fd, bytes, 0, bytes.length, from) !== bytes.length) return true
  const word = longest(taking.words)
  const text = word === '' ? '' : bytes.toString('latin1').toLowerCase()
  for (let end = bytes.length; end > 0; ) {
    // Behind a line's newline; with a word the next line before it that has the word.
    if (word !== '') {
      const place = end < word.length ? -1 : text.lastIndexOf(word, end - word.length)
      if (place < 0) return true
      end = text.indexOf('\n', place) + 1
    }
    const start = end < 2 ? 0 : bytes.lastIndexOf(0x0a, end - 2) + 1
    const isWanted = word === '' || taking.words.every((one) => one === word || text.slice(start, end).includes(one))
    if (isWanted && !take(readRecord(bytes, start, end - 1), taking)) return false
    end = start
  }
  return true
}

/** False when the search is over. */
function take(record: ChangeRecord | undefined, taking: Taking): boolean {
  if (record === undefined) return true
  const at = epochOf(record.ts)
  if (at !== undefined && taking.since !== undefined && at < taking.since) {
    taking.old++
    return taking.old < MANY_OLD
  }
  taking.old = 0
  if (at !== undefined && taking.until !== undefined && at > taking.until) return true
  if (taking.matches(record)) taking.found.push(record)
  return taking.found.length < taking.limit
}

function longest(words: readonly string[]): string {
  return words.reduce((a, b) => (b.length > a.length ? b : a), '')
}
