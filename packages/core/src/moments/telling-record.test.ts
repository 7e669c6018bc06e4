import { describe, expect, it } from 'vitest'
import type { Collision } from './collisions.js'
import type { Composed, News } from './compose-reply.js'
import type { Peer } from './room.js'
import { recordTelling } from './telling-record.js'
import { NOTHING_TOLD, newContext } from './told.js'

const peer = (sessionId: string, name?: string) => ({ sessionId, name, lastSeen: 90 }) as unknown as Peer
const collision = (path: string, by: Peer): Collision => ({
  peer: by,
  path,
  since: 10,
  last: 20,
  kind: 'collision',
  deniable: false,
})
const notice = (eventId: string) => ({ revision: 1, eventId, ts: 0, by: 'a', reason: 'r' })
const facts = { now: 100, self: { sessionId: 's1', tool: 'codex' }, context: 2, moment: 'before-edit' } as const
const composed = (more: object): Composed =>
  ({
    reply: {},
    said: [],
    shown: [],
    collisions: [],
    lines: [],
    messages: [],
    change: false,
    notices: true,
    ...more,
  }) as unknown as Composed

describe('recordTelling', () => {
  it('is nothing where nothing was told', () => {
    expect(recordTelling({}, composed({}), facts)).toBeUndefined()
    expect(recordTelling({}, composed({ reply: { context: '' } }), facts)).toBeUndefined()
  })

  it('keeps the words, the refusal first, and who was told in which moment', () => {
    const told = recordTelling(
      {},
      composed({ reply: { context: 'mind', deny: { reason: 'no' } }, said: ['denied'] }),
      facts,
    )
    expect(told).toEqual({
      at: 100,
      session: 's1',
      name: null,
      tool: 'codex',
      context: 2,
      moment: 'before-edit',
      reasons: ['denied'],
      messages: [],
      records: [],
      files: [],
      peers: [],
      text: 'no\nmind',
    })
    expect(recordTelling({}, composed({ reply: { context: 'x' } }), { ...facts, name: 'codex-1' })?.name).toBe(
      'codex-1',
    )
  })

  it('names files, editors, messages and records, each once', () => {
    const [one, two] = [collision('a.ts', peer('p1', 'codex-1')), collision('a.ts', peer('p2'))]
    const shown = [{ message: { id: 'm1' } }, { message: { id: 'm1' } }, { message: {} }]
    const news: News = {
      denied: [one],
      notices: {
        questions: [notice('q1')],
        answers: [{ question: notice('q2'), answer: notice('a2'), isMine: true }],
      },
    } as unknown as News
    const told = recordTelling(news, composed({ reply: { context: 'x' }, collisions: [two], shown }), facts)
    expect(told?.files).toEqual(['a.ts'])
    expect(told?.peers).toEqual([
      { id: 'p1', name: 'codex-1', since: 10, last: 20 },
      { id: 'p2', name: null, since: 10, last: 20 },
    ])
    expect(told?.messages).toEqual(['m1'])
    expect(told?.records).toEqual(['q1', 'a2'])
    expect(recordTelling(news, composed({ reply: { context: 'x' }, notices: false }), facts)?.records).toEqual([])
  })

  it('names the neighbours of a greeting only where it was said', () => {
    const news = { greeting: { peers: [peer('p1', 'codex-1'), peer('p2')] } } as unknown as News
    expect(recordTelling(news, composed({ reply: { context: 'x' }, said: ['greeting'] }), facts)?.peers).toEqual([
      { id: 'p1', name: 'codex-1', since: null, last: 90 },
      { id: 'p2', name: null, since: null, last: 90 },
    ])
    expect(recordTelling(news, composed({ reply: { context: 'x' } }), facts)?.peers).toEqual([])
  })
})

it('a new context begins with what is a day old at most', () => {
  const told = { ...NOTHING_TOLD, greeted: 5, context: 3, boxes: { codex: { offset: 1 } } } as never
  expect(newContext(told, 100_000)).toEqual({
    ...NOTHING_TOLD,
    greeted: 5,
    context: 4,
    boxes: {},
    since: 100_000 - 24 * 3600,
  })
})
