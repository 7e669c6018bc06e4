import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeFolder } from './make-folder.js'

let place: string
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'rally-folder-'))
})
afterEach(() => rmSync(place, { recursive: true, force: true }))

it('makes what is missing and takes what is there', () => {
  makeFolder(join(place, 'a/b/c/d/e/f'))
  makeFolder(join(place, 'a/b/c/d/e/f'))
  expect(statSync(join(place, 'a/b/c/d/e/f')).isDirectory()).toBe(true)
})

it('says so when a file is in the way', () => {
  writeFileSync(join(place, 'file'), '')
  expect(() => makeFolder(join(place, 'file'))).toThrow('EEXIST')
  expect(() => makeFolder(join(place, 'file/below'))).toThrow('ENOTDIR')
})

it.runIf(process.platform === 'linux')('ends where a file system takes no folders', () => {
  expect(() => makeFolder('/proc/nowhere/deep')).toThrow('ENOENT')
})
