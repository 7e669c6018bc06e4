import { expect, it } from 'vitest'
import { isRoomKey, planRooms } from './plan-rooms.js'

it('prefers the configuration, then the origin, then what it was before', () => {
  expect(
    planRooms([
      { app: 'a', configured: 'named', derived: 'x-1', known: 'x-1' },
      { app: 'b', derived: 'x-1' },
      { app: 'c', known: 'old' },
      { app: 'd' },
    ]),
  ).toEqual([
    { app: 'a', key: 'named', source: 'configuration' },
    { app: 'b', key: 'x-1', source: 'origin' },
    { app: 'c', key: 'old', source: 'origin' },
    { app: 'd', refusal: 'unknown' },
  ])
})

it('takes no name that only the repository proposes, and lets it stand in nobody’s way', () => {
  expect(
    planRooms([
      { app: 'a', proposed: 'k', derived: 'x-1', known: 'k' },
      { app: 'b', configured: 'k' },
    ]),
  ).toEqual([
    { app: 'a', refusal: 'proposed', key: 'k' },
    { app: 'b', key: 'k', source: 'configuration' },
  ])
})

it('refuses two rooms on one key, both when neither holds it', () => {
  const refused = (app: string) => ({ app, refusal: 'taken', key: 'k', apps: ['a', 'b'] })
  expect(
    planRooms([
      { app: 'b', derived: 'k' },
      { app: 'a', configured: 'k' },
    ]),
  ).toEqual([refused('b'), refused('a')])
  expect(
    planRooms([
      { app: 'b', derived: 'k', known: 'k' },
      { app: 'a', configured: 'k' },
    ]),
  ).toEqual([{ app: 'b', key: 'k', source: 'origin' }, refused('a')])
})

it.each(['Room', '', '-x', 'a/b', 'a b', 'x'.repeat(64), 7])('%s is no key', (key) => {
  expect(isRoomKey(key)).toBe(false)
})

it('one of several that is replicated under the name keeps it; of two that are, none does', () => {
  const named = (app: string, known?: string) => ({ app, configured: 'k', known })
  const keys = (...rooms: ReturnType<typeof named>[]) => planRooms(rooms).map((room) => 'source' in room)
  expect(keys(named('a'), named('b', 'k'), named('c'))).toEqual([false, true, false])
  expect(keys(named('a', 'k'), named('b', 'k'), named('c'))).toEqual([false, false, false])
  expect(keys(named('a', 'old'), named('b', 'older'))).toEqual([false, false])
})
