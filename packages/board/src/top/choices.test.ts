import type { RoomPicture } from '@rally/core/model/room-picture'
import { describe, expect, it } from 'vitest'
import { agentOf, pictureOf } from '../../test/support/pictures.js'
import type { BoardMessage } from '../stream/room-news.js'
import { Alerts } from './alerts.js'
import { changeView, keepSelection } from './change-view.js'
import { findHandoff, findReplyTarget } from './reply-target.js'
import { FIRST_VIEW, type Known } from './view.js'

function room(
  names: readonly string[],
  more: Partial<RoomPicture> = {},
  messages: readonly BoardMessage[] = [],
): Known {
  const picture = pictureOf(
    names.map((name) => agentOf(name)),
    more,
  )
  return { news: { picture, messages, missing: [], person: 'ann', entries: [] }, timeline: [] }
}

describe('who is selected', () => {
  const before = room(['a-1', 'a-2', 'a-3'])
  const view = { ...FIRST_VIEW, selected: 'id-a-2' }

  it('stays the same agent wherever it stands', () => {
    expect(keepSelection(view, room(['a-3', 'a-1', 'a-2']), before).selected).toBe('id-a-2')
  })
  it('is whoever stands where one that left stood, and the last one at the end', () => {
    expect(keepSelection(view, room(['a-1', 'a-3', 'a-4']), before).selected).toBe('id-a-3')
    expect(keepSelection({ ...view, selected: 'id-a-3' }, room(['a-1']), before).selected).toBe('id-a-1')
  })
  it('is nobody where nobody is, then the first that comes', () => {
    const alone = keepSelection(view, room([]), before)
    expect(alone.selected).toBeUndefined()
    expect(keepSelection(alone, before, room([])).selected).toBe('id-a-1')
  })
  it('does not move beyond the ends', () => {
    expect(changeView({ ...view, selected: 'id-a-1' }, 'k', before)?.selected).toBe('id-a-1')
    expect(changeView({ ...view, selected: 'id-a-3' }, 'down', before)?.selected).toBe('id-a-3')
    expect(changeView(FIRST_VIEW, 'j', room([]))?.selected).toBeUndefined()
  })
  it('no other key is one of the view', () => {
    for (const key of ['t', 'r', 'x', undefined]) expect(changeView(view, key, before)).toBeUndefined()
  })
})

describe('what a reply answers', () => {
  const question = (from: string, number: number, kind: 'ask' | 'handoff' = 'ask') => ({
    ...{ id: `q${number}`, number, kind, from, to: 'ann', text: `of ${from}`, since: 0, answer_with: '' },
  })
  const said = (from: string, number: number, to = 'human.ann') =>
    ({
      ...{ id: `m${number}`, number, session_id: `id-${from}`, from_name: from, text: 'hello', to: 'human' },
      recipients: [{ session_id: to }],
    }) as unknown as BoardMessage
  const questions = [question('a-1', 4, 'handoff'), question('a-2', 5), question('a-3', 6)]

  it('the open question of the selected agent, before any other', () => {
    expect(findReplyTarget(room([], { questions }), agentOf('a-3'))).toMatchObject({ id: '6', from: 'a-3' })
  })
  it('else what the selected agent said to the person, not what it said to others', () => {
    const known = room([], { questions }, [said('a-1', 7), said('a-1', 8, 'id-a-2')])
    expect(findReplyTarget(known, agentOf('a-1'))).toMatchObject({ id: '7', from: 'a-1', text: 'hello' })
  })
  it('else the first question of anybody that words can answer; else nothing', () => {
    expect(findReplyTarget(room([], { questions }), agentOf('a-1'))).toMatchObject({ id: '5' })
    expect(findReplyTarget(room([], { questions: questions.slice(0, 1) }), undefined)).toBeUndefined()
  })
})

describe('which handoff is answered', () => {
  const handoff = (from: string, number: number, verb: 'accept' | 'done') => ({
    ...{ id: `q${number}`, number, kind: 'handoff' as const, from, to: 'ann', text: `of ${from}`, since: 0 },
    answer_with: `rally handoff ${verb} ${number}`,
  })
  const questions = [handoff('a-1', 4, 'accept'), handoff('a-2', 5, 'done')]

  it('that of the selected agent, else the first; one that was accepted can be done', () => {
    expect(findHandoff(room([], { questions }), agentOf('a-2'))).toMatchObject({
      id: '5',
      verdicts: ['done', 'decline'],
    })
    expect(findHandoff(room([], { questions }), agentOf('a-9'))).toMatchObject({
      id: '4',
      verdicts: ['accept', 'decline'],
    })
    expect(findHandoff(room([]), undefined)).toBeUndefined()
  })
})

describe('signs outside of the page', () => {
  const reason = (file: string) => ({ code: 'collision' as const, text: `${Math.random()}`, files: [file], since: 0 })
  const look = (...files: string[]) => {
    const status = files.length === 0 ? ('clear' as const) : ('warn' as const)
    return room([], { verdict: { status, because: files.map(reason) } }).news.picture
  }
  const played = (settings: { bell: boolean; title: boolean }) => {
    const signs: string[] = []
    const alerts = new Alerts({ bell: () => signs.push('bell'), title: (title) => signs.push(title) }, settings)
    for (const picture of [look('a'), look('a'), look('a', 'b'), look('b'), look(), look('a')]) alerts.look(picture)
    return signs
  }
  const [first, both, none] = ['rally: shop warn (1)', 'rally: shop warn (2)', 'rally: shop clear']

  it('new trouble rings once, old trouble never, and the title changes with the room', () => {
    expect(played({ bell: true, title: true })).toEqual([first, 'bell', both, first, none, 'bell', first])
  })
  it('each can be turned off', () => {
    expect(played({ bell: false, title: true })).toEqual([first, both, first, none, first])
    expect(played({ bell: true, title: false })).toEqual(['bell', 'bell'])
    expect(played({ bell: false, title: false })).toEqual([])
  })
})
