import { expect, it } from 'vitest'
import { createSessionRoom } from '../../testing/session-room.js'
import { TEST_NOW } from '../../testing/test-room.js'
import { announcePresence } from './announce-presence.js'
import { cleanUp } from './clean-up.js'

it('removes presence that nobody has refreshed for a day', async () => {
  const room = await createSessionRoom()
  await announcePresence(room.as('old'))
  room.clock.set(TEST_NOW + 3600)
  await announcePresence(room.as('young'))
  await room.transport.sessions.setCursor('reader', { revision: 1, changes_offset: 1 })
  room.transport.plant.presence('future', { session_id: 'future', heartbeat_ts: TEST_NOW * 2 })
  room.transport.plant.presence('../x', { session_id: '../x', heartbeat_ts: 1 })

  room.clock.set(TEST_NOW + 24 * 3600)
  expect(await cleanUp(room.as('s1'))).toEqual([])
  room.clock.set(TEST_NOW + 24 * 3600 + 1)
  expect(await cleanUp(room.as('s1'))).toEqual(['old'])
  const left = (await room.transport.sessions.list()).map(({ session_id: id }) => id)
  expect(left).toEqual(['../x', 'future', 'reader', 'young'])
  expect(await cleanUp(room.as('s1'), { maxAgeSecs: 10 })).toEqual(['young'])
})

it('leaves alone what was refreshed or removed since it was listed', async () => {
  const room = await createSessionRoom()
  for (const id of ['back', 'gone', 'old']) await announcePresence(room.as(id))
  room.clock.set(TEST_NOW + 2 * 24 * 3600)
  const ctx = room.as('s1')
  const { sessions } = ctx.transport
  const get = async (id: string) => {
    if (id === 'back') await announcePresence(room.as('back'))
    return id === 'gone' ? undefined : sessions.get(id)
  }
  expect(await cleanUp({ ...ctx, transport: { ...ctx.transport, sessions: { ...sessions, get } } })).toEqual(['old'])
  expect((await sessions.list()).map(({ session_id: id }) => id)).toEqual(['back', 'gone'])
})

it('goes by the last sign of life, not by the last heartbeat', async () => {
  const room = await createSessionRoom()
  const day = 24 * 3600
  room.transport.plant.presence('seen', {
    session_id: 'seen',
    heartbeat_ts: TEST_NOW - 2 * day,
    last_seen: TEST_NOW - 5,
  })
  room.transport.plant.presence('lost', {
    session_id: 'lost',
    heartbeat_ts: TEST_NOW - 5,
    last_seen: TEST_NOW - 2 * day,
  })
  expect(await cleanUp(room.as('s1'))).toEqual(['lost'])
})
