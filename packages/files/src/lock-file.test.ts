import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type LockHolder, tryLockFile } from './lock-file.js'

let place: string
let path: string
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'rally lock '))
  path = join(place, 'lock')
})
afterEach(() => rmSync(place, { recursive: true, force: true }))

const holder = (pid: number, unique: string): LockHolder => ({
  ...{ pid, unique, now: Date.now, isAlive: (other) => other < 100 },
})

it('one holds it at a time, and nothing stays behind', () => {
  const release = tryLockFile(path, holder(1, 'a'))
  expect(release).toBeDefined()
  expect(tryLockFile(path, holder(2, 'b'))).toBeUndefined()
  release?.()
  expect(tryLockFile(path, holder(2, 'b'))).toBeDefined()
})

it.each([
  ['a holder that is dead', '101 x', 0],
  ['a holder that is too old', '1 x', 31_000],
])('the lock of %s is taken away', (_what, token, age) => {
  writeFileSync(path, token)
  utimesSync(path, (Date.now() - age) / 1000, (Date.now() - age) / 1000)
  expect(tryLockFile(path, holder(2, 'b'))).toBeUndefined()
  expect(tryLockFile(path, holder(2, 'b'))).toBeDefined()
  expect(readdirSync(place)).toEqual(['lock'])
})

it('gives back its own lock only: one that was taken over is the new holder’s', () => {
  const release = tryLockFile(path, holder(1, 'a'))
  writeFileSync(path, '2 b')
  release?.()
  expect(existsSync(path)).toBe(true)
  expect(readFileSync(path, 'utf8')).toBe('2 b')
})

it('a folder that is missing is the caller’s to make', () => {
  expect(() => tryLockFile(join(place, 'no/lock'), holder(1, 'a'))).toThrow('ENOENT')
})
