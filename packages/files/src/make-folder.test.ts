import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeFolder } from './make-folder.js'

let place: string
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'rally-folder-'))
})
afterEach(() => rmSync(place, { recursive: true, force: true }))

it('makes what is missing, with the mode asked for, and says what it made', () => {
  const paths = [join(place, 'a'), join(place, 'a/b'), join(place, 'a/b/c')]
  expect(makeFolder(join(place, 'a/b/c'), { mode: 0o700 })).toEqual(paths)
  expect(paths.map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o700, 0o700])
  expect(makeFolder(join(place, 'a/b/c'))).toEqual([])
  expect(makeFolder(join(place, 'a/b/d/e'))).toEqual([join(place, 'a/b/d'), join(place, 'a/b/d/e')])
})

it('says so when something is in the way', () => {
  writeFileSync(join(place, 'file'), '')
  symlinkSync(join(place, 'missing'), join(place, 'dangling'))
  expect(() => makeFolder(join(place, 'file'))).toThrow('EEXIST')
  expect(() => makeFolder(join(place, 'file/below'))).toThrow(/ENOTDIR|EEXIST/)
  expect(() => makeFolder(join(place, 'file/below/deep'))).toThrow('ENOTDIR')
  expect(() => makeFolder(join(place, 'dangling'))).toThrow('EEXIST')
  expect(() => makeFolder(join(place, 'dangling/below'))).toThrow(/ENOTDIR|ENOENT/)
})

it.runIf(process.platform === 'linux')('ends where a file system takes no folders', () => {
  expect(() => makeFolder('/proc/nowhere/deep')).toThrow('ENOENT')
})
