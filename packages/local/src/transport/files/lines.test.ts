import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { eachLine, lineBlocks } from './line-blocks.js'
import { linesBackward } from './lines-backward.js'

let folder: string
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'rally-lines-'))
})
afterEach(() => {
  vi.restoreAllMocks()
  fs.rmSync(folder, { recursive: true, force: true })
})

/** What a reader answers, and the bytes that it reads from the file and copies or searches in memory while it does. */
function costOf(text: Buffer, read: (fd: number, size: number) => number): { lines: number; bytes: number } {
  const path = join(folder, 'lines')
  fs.writeFileSync(path, text)
  let bytes = 0
  const { readSync } = fs
  vi.spyOn(fs, 'readSync').mockImplementation(((fd: number, buffer: Buffer, ...rest: [number, number, number]) => {
    const count = readSync(fd, buffer, ...rest)
    bytes += count
    return count
  }) as typeof fs.readSync)
  const { concat } = Buffer
  vi.spyOn(Buffer, 'concat').mockImplementation((list, length) => {
    const joined = concat(list, length)
    bytes += joined.length
    return joined
  })
  const { copy, lastIndexOf } = Buffer.prototype
  Buffer.prototype.copy = function (this: Buffer, ...args: Parameters<Buffer['copy']>) {
    const count = copy.apply(this, args)
    bytes += count
    return count
  }
  Buffer.prototype.lastIndexOf = function (this: Buffer, value: string | number | Uint8Array, from?: number) {
    const found: number = lastIndexOf.call(this, value, from, undefined)
    bytes += Math.min(from ?? this.length, this.length) - Math.max(found, 0)
    return found
  } as Buffer['lastIndexOf']
  const fd = fs.openSync(path, 'r')
  try {
    return { lines: read(fd, text.length), bytes }
  } finally {
    fs.closeSync(fd)
    Object.assign(Buffer.prototype, { copy, lastIndexOf })
    vi.restoreAllMocks()
  }
}

const READERS: readonly (readonly [string, (fd: number, size: number) => number])[] = [
  ['backward', (fd, size) => [...linesBackward(fd, size)].length],
  [
    'block by block',
    (fd, size) => {
      let lines = 0
      for (const block of lineBlocks(fd, 0, size)) {
        eachLine(block, () => {
          lines++
        })
      }
      return lines
    },
  ],
]

const MB = 1 << 20
const KINDS: readonly (readonly [string, number, (size: number) => Buffer])[] = [
  ['one line that is too long', 0, (size) => Buffer.concat([Buffer.alloc(size, 'x'), Buffer.from('\n')])],
  ['no line at all', 0, (size) => Buffer.alloc(size)],
  [
    'a long line between short ones',
    2,
    (size) => Buffer.concat([Buffer.from('a\n'), Buffer.alloc(size, 'x'), Buffer.from('\nb\n')]),
  ],
]

describe.each(READERS)('lines read %s', (_name, read) => {
  it.each(KINDS)('cost what their length is: %s', (_kind, lines, make) => {
    for (const size of [20 * MB, 40 * MB]) {
      const cost = costOf(make(size), read)
      expect(cost.lines).toBe(lines)
      expect(cost.bytes / size).toBeLessThan(8)
    }
  })

  it('cost what their length is: lines of every length that is read', () => {
    for (const length of [100_000, 3 * MB, 15 * MB]) {
      const line = Buffer.concat([Buffer.alloc(length, 'x'), Buffer.from('\n')])
      const text = Buffer.concat(Array.from({ length: Math.ceil((30 * MB) / length) }, () => line))
      const cost = costOf(text, read)
      expect(cost.lines).toBe(Math.ceil((30 * MB) / length))
      expect(cost.bytes / text.length, `${length}`).toBeLessThan(8)
    }
  })

  it('cost what their length is: very many short ones', () => {
    const text = Buffer.from('{"a":1}\n'.repeat(200_000))
    const cost = costOf(text, read)
    expect(cost.lines).toBe(200_000)
    expect(cost.bytes / text.length).toBeLessThan(8)
  })
})
