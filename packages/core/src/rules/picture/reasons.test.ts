import { expect, it } from 'vitest'
import { summarizeMessage } from '../inbox/summarize-message.js'
import { handledCount, unreadCount } from '../inbox/unread.js'
import { editsOfSessions } from './edits-of-sessions.js'
import { personNotices } from './person-notices.js'

it('a record of another machine has no folder here, one of this machine has its tree', () => {
  const presence = { session_id: 's', tool: 't', files_in_flight: ['a'], worktree: '/w', worktree_id: '1:2' }
  const edits = (more: Record<string, unknown>) => editsOfSessions([{ ...presence, ...more } as never], []).get('s')
  expect(edits({})).toMatchObject([{ path: 'a', worktree: '/w', tree: '1:2', announced: true }])
  const [far] = edits({ machine: 'm2' }) ?? []
  expect(far).toMatchObject({ path: 'a', worktree: null })
  expect(far).not.toHaveProperty('tree')
  expect(edits({ worktree_id: undefined })?.[0]).not.toHaveProperty('tree')
})

it('what was announced counts before what the record says', () => {
  const announced = { sessionId: 's', tool: 't', path: 'a', worktree: '/w', since: 5, last: 6, order: 1 }
  const record = { session_id: 's', tool: 't', files_in_flight: ['a', 'b'] }
  const own = editsOfSessions([record as never], [announced]).get('s')
  expect(own?.map(({ path, since }) => [path, since])).toEqual([
    ['a', 5],
    ['b', 0],
  ])
})

it('a notice of one matter has one key, however its files are ordered, and another session another one', () => {
  const notice = (code: string, session: string | undefined, files: string[] | undefined) =>
    personNotices({
      verdict: { because: [{ code, text: 'x', session, files, since: null }] } as never,
      questions: [],
      agents: [],
    })[0]?.key
  expect(notice('collision', undefined, ['b', 'a'])).toBe(notice('collision', undefined, ['a', 'b']))
  expect(notice('collision', undefined, undefined)).toBe('collision  ')
  expect(notice('collision', 's1', [])).not.toBe(notice('collision', 's2', []))
  expect(notice('changed_outside_owned', undefined, [])).toBeUndefined()
})

it('messages handled out of their turn are not unread, those beyond the box are not counted', () => {
  const cursor = (line_count: unknown, ahead: unknown) => ({ direct: { line_count }, ahead: { direct: ahead } })
  expect(unreadCount(cursor(2, [4]), 'direct', 5)).toBe(2)
  expect(unreadCount(cursor(2, [1, 2, 4, 9, 'x']), 'direct', 5)).toBe(2)
  expect(unreadCount(cursor(2, undefined), 'direct', 5)).toBe(3)
  expect(handledCount(cursor(7, []), 'direct', 5)).toBe(0)
  expect(handledCount(cursor(-1, []), 'direct', 5)).toBe(0)
})

it('a summary names twelve keys of a payload, in order', () => {
  const payload = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`k${String(n).padStart(2, '0')}`, n]))
  const { payload_keys } = summarizeMessage({ id: 'x', payload })
  expect(payload_keys).toHaveLength(12)
  expect(payload_keys?.[0]).toBe('k00')
})
