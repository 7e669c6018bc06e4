import { describe, expect, it } from 'vitest'
import { type Notice, noticeLines, noticeNews, noticesHeard } from './notices.js'

const NOW = 10_000
const ask = (revision: number, by: string, more: Partial<Notice> = {}): Notice => ({
  revision,
  eventId: `e${revision}`,
  ts: NOW - 60,
  by,
  reason: `which one, ${revision}?`,
  ...more,
})
const news = (notices: readonly Notice[], more: Partial<Parameters<typeof noticeNews>[1]> = {}) =>
  noticeNews(notices, { heard: null, again: false, sessionId: 'me', ...more })
const heard = (...told: number[]) => ({ size: 0, told })

describe('questions that block the room', () => {
  it('are news to everybody but the asker, once, and again where the model has lost them', () => {
    const notices = [ask(1, 'a'), ask(2, 'me')]
    expect(news(notices).questions.map(({ revision }) => revision)).toEqual([1])
    expect(news(notices, { heard: heard(1) }).questions).toEqual([])
    expect(news(notices, { heard: heard(1), again: true }).questions.map(({ revision }) => revision)).toEqual([1])
  })

  it.each<[string, Partial<Notice>]>([
    ['answered by its number', { answers: { revision: 1 } }],
    ['answered by its event id, whatever the number', { answers: { revision: 99, eventId: 'e1' } }],
    ['taken back', { retracts: { eventId: 'e1' } }],
  ])('are over when %s', (_, more) => {
    expect(news([ask(1, 'a'), ask(2, 'b', more)]).questions).toEqual([])
  })

  it.each<[string, Partial<Notice>]>([
    ['another event has the number', { answers: { revision: 1, eventId: 'e7' } }],
    ['another number is answered', { answers: { revision: 7 } }],
    ['nothing is named', { answers: {} }],
  ])('stay open when %s', (_, more) => {
    expect(news([ask(1, 'a'), ask(2, 'b', more)]).questions.map(({ revision }) => revision)).toEqual([1])
  })
})

describe('answers', () => {
  const answer = (by: string) => ask(2, by, { answers: { revision: 1 }, reason: 'this one' })

  it('reach the asker, and who was told of the question', () => {
    expect(news([ask(1, 'me'), answer('b')]).answers).toMatchObject([{ isMine: true, answer: { revision: 2 } }])
    expect(news([ask(1, 'a'), answer('b')], { heard: heard(1) }).answers).toMatchObject([{ isMine: false }])
    expect(news([ask(1, 'a'), answer('b')]).answers).toEqual([])
  })

  it('are not told to who gave them, nor twice, nor when there is no such question', () => {
    expect(news([ask(1, 'me'), answer('me')]).answers).toEqual([])
    expect(news([ask(1, 'me'), answer('b')], { heard: heard(2) }).answers).toEqual([])
    expect(news([answer('b')], { heard: heard(1) }).answers).toEqual([])
    expect(news([ask(1, 'me', { retracts: { revision: 9 } }), answer('b')]).answers).toEqual([])
  })
})

it('everything that is there counts as heard', () => {
  expect(noticesHeard([ask(1, 'a'), ask(4, 'b')], 77)).toEqual({ size: 77, told: [1, 4] })
})

describe('the lines', () => {
  const lines = (notices: readonly Notice[], more = {}) => noticeLines(news(notices, more), { now: NOW, room: 60 })

  it('say who asks what since when, and the command that answers', () => {
    expect(lines([ask(7, 's9', { name: 'codex-1' })])).toEqual([
      'rally: the room is blocked: codex-1 asks "which one, 7?" (1m00s ago). If you can decide, answer with: rally escalate --acknowledges 7 --reason "…"',
    ])
    expect(lines([ask(7, 'not an id')])[0]).toContain('"not an id" asks')
  })

  it('are three at most, with a count of the rest', () => {
    const many = (count: number) => lines(Array.from({ length: count }, (_, n) => ask(n + 1, 'a')))
    expect(many(3)).toHaveLength(3)
    expect(many(4).at(-1)).toBe('rally: 1 more open question: rally status')
    expect(many(5).at(-1)).toBe('rally: 2 more open questions: rally status')
  })

  it('say whose question was answered, by whom', () => {
    const answer = ask(2, 'b', { answers: { revision: 1 }, reason: 'this one', name: 'claude-1' })
    expect(lines([ask(1, 'me'), answer])).toEqual([
      'rally: your question "which one, 1?" was answered by claude-1: "this one"',
    ])
    expect(lines([ask(1, 'a'), answer], { heard: heard(1) })).toEqual([
      'rally: the question of a "which one, 1?" was answered by claude-1: "this one"',
    ])
  })
})
