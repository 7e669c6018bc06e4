import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RecordDraft } from '@rally/core/model/change-record'
import { expect, it } from 'vitest'
import { noteNumber, readNumbers } from './message-numbers.js'

it('keeps the numbers of messages by the event ids of their records, the newest of many', () => {
  const root = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'rally numbers ')))
  const note = (event_id: string | undefined, payload: object, revision: number) =>
    noteNumber(root, { event_id, payload } as RecordDraft, { revision, eventId: event_id ?? 'made' })
  expect(readNumbers(root).size).toBe(0)
  note('e1', { to: 'codex' }, 7)
  note('e2', { phase: 'x' }, 8)
  note(undefined, { to: 'codex' }, 9)
  expect([...readNumbers(root)]).toEqual([['e1', 7]])
  fs.appendFileSync(join(root, 'hook/room/numbers.jsonl'), '{"e":\n[]\n')
  for (let i = 10; i < 6000; i++) note(`blf_${String(i).padStart(24, '0')}`, { to: 'all' }, i)
  const kept = readNumbers(root)
  expect(kept.get(`blf_${String(5999).padStart(24, '0')}`)).toBe(5999)
  expect(kept.size).toBeLessThan(5000)
  expect(fs.statSync(join(root, 'hook/room/numbers.jsonl')).mode & 0o777).toBe(0o600)
  fs.rmSync(root, { recursive: true })
})
