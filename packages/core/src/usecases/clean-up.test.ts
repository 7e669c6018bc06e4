import { expect, it } from 'vitest'
import { createSessionRoom } from '../testing/session-room.js'
import { TEST_NOW } from '../testing/test-room.js'
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
