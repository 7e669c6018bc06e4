import fs from 'node:fs'
import { join } from 'node:path'
import { readTellings } from '@rally/local/channel-files/tellings'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { act, Scratch } from './scratch.js'

let scratch: Scratch
beforeAll(() => {
  scratch = new Scratch()
})
afterAll(() => scratch.remove())
beforeEach(() => {
  scratch.reset()
  scratch.now = Date.now() / 1000
})

const edit = (id: string, options: Parameters<typeof act>[3] = {}) =>
  act(scratch, 'before-edit', id, { paths: ['src/a.ts'], ...options })
const history = (id: string) => readTellings(scratch.channel, { sessions: [id] })

it('what a session is told is kept with its reasons, and silence keeps nothing', () => {
  act(scratch, 'session-start', 'one')
  edit('one')
  expect(history('one')).toEqual([])
  scratch.now += 5
  const greeting = act(scratch, 'session-start', 'two')
  scratch.send('toolx', { id: 'm-1', from: 'codex', from_session_id: 'one', payload: { message: 'look at x' } })
  scratch.now += 5
  const warning = edit('two')
  const [one, two] = ['one', 'two'].map((id) => scratch.nameOf(id))
  const same = { session: 'two', name: two, tool: 'toolx', context: 0, records: [] }
  const peer = { id: 'one', name: one }
  expect(history('two')).toEqual([
    {
      ...same,
      at: scratch.now - 5,
      moment: 'session-start',
      reasons: ['greeting'],
      messages: [],
      files: [],
      peers: [{ ...peer, since: null, last: scratch.now - 10 }],
      text: greeting.text,
    },
    {
      ...same,
      at: scratch.now,
      moment: 'before-edit',
      reasons: ['collision', 'message'],
      messages: ['m-1'],
      files: ['src/a.ts'],
      peers: [{ ...peer, since: scratch.now - 10, last: scratch.now - 10 }],
      text: warning.text,
    },
  ])
  expect(edit('two').text).toBe('')
  expect(history('two')).toHaveLength(2)
})

it('a reply that the host did not take was not told; a new context is told apart; a refusal is kept', () => {
  act(scratch, 'session-start', 'one')
  edit('one')
  scratch.send('toolx', { id: 'm-1', from: 'codex', payload: { message: 'x' } })
  act(scratch, 'session-start', 'two', { write: () => false })
  expect(history('two')).toEqual([])
  act(scratch, 'session-start', 'two')
  act(scratch, 'session-start', 'two', { source: 'compact' })
  fs.writeFileSync(join(scratch.repo, '.rally.json'), '{"hooks":{"collision":"deny"}}')
  const { deny } = edit('two')
  fs.rmSync(join(scratch.repo, '.rally.json'))
  expect(deny).toBeDefined()
  expect(history('two')).toMatchObject([
    { context: 0, reasons: ['greeting', 'message'], messages: ['m-1'] },
    { context: 1, reasons: ['greeting', 'message'], messages: ['m-1'] },
    { context: 1, reasons: ['denied'], messages: [], files: ['src/a.ts'], text: deny },
  ])
})

it('a message that is only counted was not told; a question is kept by its event id; 0 days keep nothing', () => {
  fs.writeFileSync(join(scratch.repo, '.rally.json'), '{"hooks":{"budget":200}}')
  for (let i = 0; i < 3; i++)
    scratch.send('toolx', { id: `m-${i}`, from: 'codex', ts: scratch.now + i, payload: { message: 'w'.repeat(60) } })
  act(scratch, 'prompt', 'one')
  fs.rmSync(join(scratch.repo, '.rally.json'))
  fs.mkdirSync(join(scratch.channel, 'hook/room'), { recursive: true })
  const question = { revision: 1, id: 'q1', ts: scratch.now, by: 'two', reason: 'which?' }
  fs.writeFileSync(join(scratch.channel, 'hook/room/notices.jsonl'), `${JSON.stringify(question)}\n`)
  act(scratch, 'prompt', 'one')
  const told = history('one')
  expect(told.map(({ messages }) => messages.length)[0]).toBeLessThan(3)
  expect(told.flatMap(({ records }) => records)).toEqual(['q1'])
  expect(new Set(told.flatMap(({ messages }) => messages))).toEqual(new Set(['m-0', 'm-1', 'm-2']))
  const folder = join(scratch.dir, 'home/.config/rally')
  fs.mkdirSync(folder, { recursive: true })
  fs.writeFileSync(join(folder, 'config.json'), '{"history":{"days":0}}')
  scratch.send('toolx', { id: 'm-9', from: 'codex', payload: { message: 'last' } })
  expect(act(scratch, 'prompt', 'one').text).toContain('last')
  expect(history('one')).toEqual(told)
})
