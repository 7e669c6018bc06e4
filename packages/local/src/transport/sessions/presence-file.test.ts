import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { temporaryName } from '../files/write-atomically.js'
import { readPresenceFile, replacePresence } from './presence-file.js'

let root: string
let naps: ReturnType<typeof vi.spyOn>

beforeEach(() => {
  root = fs.mkdtempSync(join(tmpdir(), 'rally presence '))
  fs.mkdirSync(join(root, 'sessions'))
  naps = vi.spyOn(Atomics, 'wait')
})
afterEach(() => {
  naps.mockRestore()
  fs.rmSync(root, { recursive: true, force: true })
})

const taskOf = () => readPresenceFile(root, 's')?.stored.task
const put = (task: string, hurried: boolean) =>
  replacePresence({ root, synced: false, hurried }, 's', (stored) => ({ ...stored, session_id: 's', task }))

/** Another writer that is about to replace the record as it stands now; answers its temporary file. */
function otherWriter(): string {
  const path = temporaryName(join(root, 'sessions/s.json'), readPresenceFile(root, 's')?.identity ?? '0-0')
  fs.writeFileSync(path, '{}')
  return path
}

it('a hook waits for no other writer: it leaves the record to whoever comes next', () => {
  expect(put('first', true)).toBe(true)
  otherWriter()
  expect(put('second', true)).toBe(false)
  expect(taskOf()).toBe('first')
  expect(naps).not.toHaveBeenCalled()
})

it('a command gives way, and writes in the end', () => {
  put('first', false)
  otherWriter()
  expect(put('second', false)).toBe(true)
  expect(taskOf()).toBe('second')
  expect(naps).toHaveBeenCalled()
})

it('nobody gives way to a writer that died', () => {
  put('first', true)
  const left = otherWriter()
  fs.utimesSync(left, new Date(0), new Date(0))
  expect(put('second', true)).toBe(true)
  expect(taskOf()).toBe('second')
  expect(naps).not.toHaveBeenCalled()
})
