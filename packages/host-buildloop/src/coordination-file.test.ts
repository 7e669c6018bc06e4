import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { locateCoordinationFile } from './coordination-file.js'

let workdir: string
let folder: string
beforeEach(() => {
  workdir = realpathSync(mkdtempSync(join(tmpdir(), 'rally-coordination-')))
  folder = join(workdir, '.build-loop', 'coordination')
  mkdirSync(folder, { recursive: true })
})
afterEach(() => rmSync(workdir, { recursive: true, force: true }))

function put(name: string, ageSeconds: number, text = 'x'): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  utimesSync(path, Date.now() / 1000 - ageSeconds, Date.now() / 1000 - ageSeconds)
  return path
}

it('finds nothing in an empty folder', () => {
  expect(locateCoordinationFile(workdir)).toBeUndefined()
})

it('takes the newest file, an audit before others', () => {
  put('old.md', 500)
  const newer = put('newer.md', 100)
  put('notes.txt', 1)
  expect(locateCoordinationFile(workdir)).toBe(newer)
  const audit = put('audit-execution-1.md', 900)
  expect(locateCoordinationFile(workdir)).toBe(audit)
})

it('believes the pointer for a day', () => {
  const old = put('old.md', 500)
  const newer = put('newer.md', 100)
  put('active.json', 10, JSON.stringify({ coord_file: old }))
  expect(locateCoordinationFile(workdir)).toBe(old)
  put('active.json', 25 * 3600, JSON.stringify({ coord_file: old }))
  expect(locateCoordinationFile(workdir)).toBe(newer)
  put('active.json', 10, 'broken')
  expect(locateCoordinationFile(workdir)).toBe(newer)
  put('active.json', 10, JSON.stringify({ coord_file: join(folder, 'gone.md') }))
  expect(locateCoordinationFile(workdir)).toBe(newer)
})
