import { expect, it } from 'vitest'
import type { RoomPicture } from '../../model/room-picture.js'
import { personNotices } from './person-notices.js'

const picture = (more: object) =>
  ({ verdict: { status: 'clear', because: [] }, questions: [], agents: [], ...more }) as never
const reason = (code: string, more: object = {}) => ({ code, text: `${code}\nx`, since: null, ...more })

it('tells of what blocks, who asks, who fell silent over its files, and of collisions; of nothing else', () => {
  const because = ['open_escalation', 'collision', 'task_stale_check_in', 'changed_outside_owned'].map((code) =>
    reason(code),
  )
  const question = {
    id: 'm1',
    number: 1,
    kind: 'ask',
    from: 'codex-1',
    to: 'ann',
    text: 'may I?',
    since: null,
    answer_with: 'rally reply 1',
  }
  const agent = {
    session_id: 's',
    name: 'claude-1',
    task: 'prices',
    state: 'silent',
    files: [{ path: 'a', last_edit: 1 }],
  }
  const notices = personNotices(
    picture({
      verdict: { status: 'blocked', because },
      questions: [question, { ...question, id: 'm2', kind: 'escalation' }, { ...question, id: 'm3', kind: 'handoff' }],
      agents: [agent, { ...agent, session_id: 't', files: [] }, { ...agent, session_id: 'u', state: 'working' }],
    }),
  )
  expect(notices.map(({ kind, text }) => [kind, text])).toEqual([
    ['blocked', 'open_escalation x'],
    ['collision', 'collision x'],
    ['asked', 'codex-1 asks: may I? (rally reply 1)'],
    ['silent', 'claude-1 (prices) has fallen silent'],
  ])
})

it('keeps the key of a matter while its words change', () => {
  const keys = (text: string, files: string[]) =>
    personNotices(
      picture({
        verdict: { status: 'warn', because: [{ ...reason('collision', { session: 's', files }), text }] },
      }) as RoomPicture,
    ).map(({ key }) => key)
  expect(keys('1 minute', ['a', 'b'])).toEqual(keys('2 minutes', ['b', 'a']))
  expect(keys('x', ['a'])).not.toEqual(keys('x', ['c']))
})
