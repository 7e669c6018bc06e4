import { expect, it } from 'vitest'
import type { TellingRecord } from '../../model/telling.js'
import { sumCost, sumEdits } from './sum-cost.js'

const telling = (session: string, text: string): TellingRecord => ({
  at: 1,
  session,
  name: null,
  tool: 'codex',
  context: 0,
  moment: 'prompt',
  reasons: ['message'],
  messages: [],
  records: [],
  files: [],
  peers: [],
  text,
})

it('adds up by host and by session; calls of other rooms count for their host alone', () => {
  const known = new Map([
    ['a', { name: 'codex-1', tool: 'codex' }],
    ['b', { name: 'codex-2', tool: 'codex' }],
  ])
  const calls = [
    { host: 'codex', ms: 40.2, code: 'said', session: 'a' },
    { host: 'codex', ms: 10, code: 'quiet', session: 'b' },
    { host: 'claude_code', ms: 5.5, code: 'denied', session: 'elsewhere' },
    { host: 'claude_code', ms: 1, code: 'not-ours' },
  ]
  const cost = sumCost(calls, [telling('a', 'x'.repeat(10)), telling('a', 'y'), telling('gone', 'abc')], known)
  expect(cost.total).toEqual({ calls: 4, ms: 56.7, tellings: 3, characters: 14, tokens: 4 })
  expect(cost.hosts).toEqual([
    { host: 'claude_code', calls: 2, ms: 6.5, said: 0, denied: 1 },
    { host: 'codex', calls: 2, ms: 50.2, said: 1, denied: 0 },
  ])
  expect(cost.sessions.map(({ name, calls: n, characters, tokens }) => [name, n, characters, tokens])).toEqual([
    ['codex-1', 1, 11, 3],
    ['gone', 0, 3, 1],
    ['codex-2', 1, 0, 0],
  ])
})

it('nothing costs nothing', () => {
  expect(sumCost([], [], new Map())).toMatchObject({ hosts: [], sessions: [], total: { calls: 0, tokens: 0 } })
})

it('edits beyond the calls of their session are those that the gate answered', () => {
  const calls = [1, 2].map((ms) => ({ host: 'h', ms, code: 'quiet', session: 'a' }))
  const edits = [
    { sessionId: 'a', count: 5 },
    { sessionId: 'a', count: 1 },
    { sessionId: 'b', count: 1 },
  ]
  expect(sumEdits(edits, calls)).toEqual({ announced: 7, gate: 5, gate_ms: 100 })
  expect(sumEdits([{ sessionId: 'a', count: 1 }], calls)).toMatchObject({ gate: 0 })
})
