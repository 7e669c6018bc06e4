import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TellingRecord, tellingSchema } from '@rally/core/model/telling'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { appendTelling, readTellings, removeOldTellings, TELLINGS_FOLDER } from './tellings.js'

const NOW = 1_800_000_000
const DAY = 86_400
let root: string
beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'rally told ')))
})
afterEach(() => fs.rmSync(root, { recursive: true, force: true }))

const telling = (at: number, session: string, more: Partial<TellingRecord> = {}): TellingRecord => ({
  at,
  session,
  name: 'codex-1',
  tool: 'codex',
  context: 0,
  moment: 'prompt',
  reasons: ['message'],
  messages: ['m-1'],
  records: [],
  files: ['a.ts'],
  peers: [{ id: 'p', name: null, since: null, last: at - 5 }],
  text: 'rally: "x"\n| y',
  ...more,
})
const path = (name: string) => join(root, TELLINGS_FOLDER, name)
const age = (name: string, at: number) => fs.utimesSync(path(name), at, at)

it('keeps what was told as it was, private to the user, in order of time over all sessions', () => {
  const all = [telling(NOW, 's'), telling(NOW + 1, 't.child'), telling(NOW + 2, 's', { name: null, context: 1 })]
  for (const one of all) appendTelling(root, one)
  expect(readTellings(root)).toEqual(all)
  expect(all.map((one) => tellingSchema.parse(one))).toEqual(all)
  expect(fs.statSync(path('s.jsonl')).mode & 0o777).toBe(0o600)
  expect(fs.statSync(join(root, TELLINGS_FOLDER)).mode & 0o777).toBe(0o700)
  expect(readTellings(root, { sessions: ['s', '../s'], since: NOW + 1 })).toEqual([all[2]])
})

it('reads what it can of a damaged file, and nothing where there is none', () => {
  expect(readTellings(root)).toEqual([])
  appendTelling(root, telling(NOW, 's'))
  fs.appendFileSync(
    path('s.jsonl'),
    '{"at":1\n[]\n{"at":"x","session":"s"}\n{"at":3,"session":"s","peers":[{"id":"p"},7]}',
  )
  appendTelling(root, telling(NOW + 1, 's'))
  const bare = { name: null, tool: '', moment: '', reasons: [], messages: [], files: [], peers: [], text: '' }
  expect(readTellings(root)).toEqual([telling(3, 's', bare), telling(NOW, 's'), telling(NOW + 1, 's')])
})

it('is bounded: an old half is kept, what is before it goes', () => {
  const text = 'x'.repeat(60_000)
  for (let i = 0; i < 14; i++) appendTelling(root, telling(NOW + i, 's', { text }))
  const kept = readTellings(root).map(({ at }) => at - NOW)
  expect(kept).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13])
  expect(fs.readdirSync(join(root, TELLINGS_FOLDER))).toEqual(['s.jsonl', 's.jsonl.old'])
})

it('goes after its days, also what a session that lives on was told long ago', () => {
  appendTelling(root, telling(NOW - 9 * DAY, 'gone'))
  age('gone.jsonl', NOW - 9 * DAY)
  for (const at of [NOW - 8 * DAY, NOW - DAY]) appendTelling(root, telling(at, 'long'))
  age('long.jsonl', NOW - DAY)
  appendTelling(root, telling(NOW, 'new'))
  age('new.jsonl', NOW)
  removeOldTellings(root, { now: NOW, days: 7 })
  expect(fs.readdirSync(join(root, TELLINGS_FOLDER))).toEqual(['long.jsonl.old', 'new.jsonl'])
  removeOldTellings(root, { now: NOW + 6.5 * DAY, days: 7 })
  expect(readTellings(root).map(({ session }) => session)).toEqual(['new'])
})

it('never disturbs: a folder that cannot be made', () => {
  fs.mkdirSync(join(root, 'hook'))
  fs.writeFileSync(join(root, TELLINGS_FOLDER), 'in the way')
  expect(() => appendTelling(root, telling(NOW, 's'))).not.toThrow()
  expect(readTellings(root)).toEqual([])
  expect(() => removeOldTellings(root, { now: NOW, days: 7 })).not.toThrow()
})
