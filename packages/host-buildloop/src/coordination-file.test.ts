import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
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

it('takes the oldest file, an audit before others', () => {
  const old = put('old.md', 500)
  put('newer.md', 100)
  put('notes.txt', 1000)
  expect(locateCoordinationFile(workdir)).toBe(old)
  const audit = put('audit-execution-1.md', 90)
  put('audit-execution-2.md', 10)
  expect(locateCoordinationFile(workdir)).toBe(audit)
})

it('of two files of one age takes the first by name', () => {
  const time = Date.now() / 1000
  for (const name of ['b.md', 'a.md']) utimesSync(put(name, 0), time, time)
  expect(locateCoordinationFile(workdir)).toBe(join(folder, 'a.md'))
})

it('reads no pointer that is a link, a pipe, a folder or endless', () => {
  const old = put('old.md', 500)
  const newer = put('newer.md', 100)
  const pointer = join(folder, 'active.json')
  const outside = join(workdir, 'outside.json')
  writeFileSync(outside, JSON.stringify({ coord_file: newer }))
  symlinkSync(outside, pointer)
  expect(locateCoordinationFile(workdir)).toBe(old)
  rmSync(pointer)
  execFileSync('mkfifo', [pointer])
  expect(locateCoordinationFile(workdir)).toBe(old)
  rmSync(pointer)
  mkdirSync(pointer)
  expect(locateCoordinationFile(workdir)).toBe(old)
  rmSync(pointer, { recursive: true })
  put('active.json', 0, JSON.stringify({ coord_file: newer, more: 'x'.repeat(1 << 20) }))
  expect(locateCoordinationFile(workdir)).toBe(old)
})

it('believes the pointer for a day', () => {
  const old = put('old.md', 500)
  const newer = put('newer.md', 100)
  for (const coord_file of [newer, '.build-loop/coordination/newer.md']) {
    put('active.json', 10, JSON.stringify({ coord_file }))
    expect(locateCoordinationFile(workdir)).toBe(join(workdir, '.build-loop/coordination/newer.md'))
  }
  put('active.json', 25 * 3600, JSON.stringify({ coord_file: newer }))
  expect(locateCoordinationFile(workdir)).toBe(old)
  put('active.json', 10, 'broken')
  expect(locateCoordinationFile(workdir)).toBe(old)
  put('active.json', 10, JSON.stringify({ coord_file: join(folder, 'gone.md') }))
  expect(locateCoordinationFile(workdir)).toBe(old)
})

it.each(['../outside.md', '.build-loop/coordination/../../outside.md', 'ABSOLUTE', '.build-loop/coordination/link.md'])(
  'a pointer to %s is not followed',
  (named) => {
    const inside = put('inside.md', 100)
    const outside = join(workdir, 'outside.md')
    writeFileSync(outside, 'x')
    symlinkSync(outside, join(folder, 'link.md'))
    put('active.json', 10, JSON.stringify({ coord_file: named === 'ABSOLUTE' ? outside : named }))
    expect(locateCoordinationFile(workdir)).toBe(inside)
  },
)

it('a link among the files is not one of them', () => {
  const outside = join(workdir, 'outside.md')
  writeFileSync(outside, 'x')
  symlinkSync(outside, join(folder, 'audit-execution-1.md'))
  expect(locateCoordinationFile(workdir)).toBeUndefined()
})

it('a folder that is a link out of the repository holds none; one to another place inside does', () => {
  const elsewhere = realpathSync(mkdtempSync(join(tmpdir(), 'rally-elsewhere-')))
  try {
    put('mine.md', 10)
    renameSync(join(workdir, '.build-loop'), join(elsewhere, 'loop'))
    symlinkSync(join(elsewhere, 'loop'), join(workdir, '.build-loop'))
    expect(locateCoordinationFile(workdir)).toBeUndefined()
    renameSync(join(elsewhere, 'loop'), join(workdir, 'inside'))
    rmSync(join(workdir, '.build-loop'))
    symlinkSync('inside', join(workdir, '.build-loop'))
    expect(locateCoordinationFile(workdir)).toBe(join(folder, 'mine.md'))
  } finally {
    rmSync(elsewhere, { recursive: true, force: true })
  }
})
