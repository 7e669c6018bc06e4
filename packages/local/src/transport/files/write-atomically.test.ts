import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { temporaryName, writeAtomically } from './write-atomically.js'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rally atomic '))
  writeFileSync(join(root, 'x.json'), 'old')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const write = (suffix: string, beforeRename?: () => void) =>
  writeAtomically(root, 'x.json', {
    ...{ text: 'new', synced: false, suffix },
    ...(beforeRename === undefined ? {} : { beforeRename }),
  })
const now = () => readFileSync(join(root, 'x.json'), 'utf8')

it('one of those that choose the same suffix writes', () => {
  write('1-a', () => {
    expect(() => write('1-a')).toThrow(expect.objectContaining({ code: 'EEXIST' }))
  })
  expect(now()).toBe('new')
  expect(readdirSync(root)).toEqual(['x.json'])
})

it('a writer that was taken for dead says so, and nothing is written', () => {
  const takenAway = () => unlinkSync(temporaryName(join(root, 'x.json'), '1-a'))
  expect(() => write('1-a', takenAway)).toThrow(expect.objectContaining({ code: 'ESTALE' }))
  expect(now()).toBe('old')
})

it('nor does it bring out the half text of whoever came after it, or take that away', () => {
  const temporary = temporaryName(join(root, 'x.json'), '1-a')
  const replaced = () => {
    // Made before the old one goes, so that it is another file for certain.
    writeFileSync(`${temporary}0`, 'half')
    renameSync(`${temporary}0`, temporary)
  }
  expect(() => write('1-a', replaced)).toThrow(expect.objectContaining({ code: 'ESTALE' }))
  expect(now()).toBe('old')
  expect(readFileSync(temporary, 'utf8')).toBe('half')
})
