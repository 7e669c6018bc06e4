import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Asked, keepLine, keptLine, stampOf } from './kept-line.js'

const NOW = 1_795_000_000
let [home, room] = ['', '']
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'rally-line-')))
  room = join(home, 'a room')
  mkdirSync(join(room, 'hook/inflight'), { recursive: true })
  writeFileSync(join(room, 'changes.jsonl'), '{}\n')
  writeFileSync(join(room, 'hook/inflight/s.jsonl'), '{}\n')
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const asked = (more: Partial<Asked> = {}): Asked => ({
  words: ['--width', '60'],
  cwd: '/w',
  env: { HOME: home, PATH: '/bin', _: '/bin/rally' },
  ppid: 7,
  input: undefined,
  ...more,
})
const keep = (more: { pids?: number[]; asked?: Asked } = {}) =>
  keepLine(
    more.asked ?? asked(),
    { line: '2 agents', room: { root: room, stamp: stampOf(room) ?? '' }, pids: more.pids ?? [process.pid] },
    NOW,
  )

it('a line is kept for twenty seconds, of the same question alone', () => {
  expect(keptLine(asked(), NOW)).toBeUndefined()
  keep()
  expect([0, 19.9, 20, -1].map((secs) => keptLine(asked(), NOW + secs))).toEqual([
    '2 agents',
    '2 agents',
    undefined,
    undefined,
  ])
  expect(keptLine(asked({ env: { ...asked().env, _: '/bin/other' } }), NOW)).toBe('2 agents')
  for (const other of [
    { words: ['--width', '61'] },
    { cwd: '/w/sub' },
    { ppid: 8 },
    { env: { ...asked().env, RALLY_SESSION_ID: 'x' } },
    { input: '{"session_id":"x"}' },
  ])
    expect(keptLine(asked(other), NOW)).toBeUndefined()
})

it('whoever is named is the same in any process, whatever else a host says', () => {
  const named = (cost: number, ppid: number, session_id = 's') =>
    asked({ words: ['--stdin'], input: JSON.stringify({ session_id, cwd: '/w', cost }), ppid })
  keep({ asked: named(1, 7) })
  expect(keptLine(named(2, 8), NOW)).toBe('2 agents')
  expect(keptLine(named(2, 8, 't'), NOW)).toBeUndefined()
})

it.each<[string, () => void]>([
  ['grows', () => appendFileSync(join(room, 'changes.jsonl'), '{}\n')],
  ['comes', () => writeFileSync(join(room, 'hook/new.json'), '')],
  [
    'is replaced by one of the same length',
    () => {
      writeFileSync(join(home, 'other'), '[]\n')
      renameSync(join(home, 'other'), join(room, 'hook/inflight/s.jsonl'))
    },
  ],
  ['goes', () => rmSync(join(room, 'hook/inflight/s.jsonl'))],
])('it is made anew when a file of the room %s', (_how, change) => {
  keep()
  expect(keptLine(asked(), NOW)).toBe('2 agents')
  change()
  expect(keptLine(asked(), NOW)).toBeUndefined()
})

it('it is made anew when an agent’s process is gone, the room is, or the cache is open to others', () => {
  keep({ pids: [process.pid, 2 ** 22 + 1] })
  expect(keptLine(asked(), NOW)).toBeUndefined()
  keep()
  chmodSync(join(home, '.cache/rally/statusline'), 0o777)
  expect(keptLine(asked(), NOW)).toBeUndefined()
  chmodSync(join(home, '.cache/rally/statusline'), 0o700)
  expect(keptLine(asked(), NOW)).toBe('2 agents')
  rmSync(room, { recursive: true })
  expect(keptLine(asked(), NOW)).toBeUndefined()
})

it('a room of very many files has no stamp, and outside of a room none is needed', () => {
  for (let at = 0; at < 500; at++) writeFileSync(join(room, `${at}`), '')
  expect(stampOf(room)).toBeUndefined()
  keepLine(asked(), { line: '', pids: [] }, NOW)
  expect(keptLine(asked(), NOW)).toBe('')
})
