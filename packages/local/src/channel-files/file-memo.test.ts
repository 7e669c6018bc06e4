import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { FileMemo } from './file-memo.js'

const folder = fs.mkdtempSync(join(tmpdir(), 'rally-memo-'))
afterAll(() => fs.rmSync(folder, { recursive: true }))

it('reads a file again when it changed, and only then', () => {
  const path = join(folder, 'a.jsonl')
  const memo = new FileMemo<string>()
  let reads = 0
  const read = () =>
    memo.of(path, () => {
      reads += 1
      return fs.existsSync(path) ? fs.readFileSync(path, 'utf8') : ''
    })
  const settle = () => fs.utimesSync(path, 1_000_000_000.5, 1_000_000_000.5)
  expect(read()).toBe('')
  fs.writeFileSync(path, 'one')
  settle()
  expect([read(), read(), reads]).toEqual(['one', 'one', 2])
  fs.appendFileSync(path, ' two')
  settle()
  expect([read(), read(), reads]).toEqual(['one two', 'one two', 3])
  // Another file of the same length and time in its place.
  fs.writeFileSync(`${path}.tmp`, 'two one')
  fs.renameSync(`${path}.tmp`, path)
  settle()
  expect([read(), reads]).toEqual(['two one', 4])
  fs.rmSync(path)
  expect([read(), read(), reads]).toEqual(['', '', 6])
})

it('trusts no file that was written a moment ago: it may change again in the same tick of its clock', () => {
  const path = join(folder, 'b.jsonl')
  const memo = new FileMemo<string>()
  const write = (text: string) => {
    fs.writeFileSync(path, text)
    const now = Date.now() / 1000
    fs.utimesSync(path, now, now)
  }
  write('one')
  expect(memo.of(path, () => fs.readFileSync(path, 'utf8'))).toBe('one')
  const { mtime } = fs.statSync(path)
  fs.writeFileSync(path, 'two')
  fs.utimesSync(path, mtime, mtime)
  expect(memo.of(path, () => fs.readFileSync(path, 'utf8'))).toBe('two')
})
