import { beforeEach, expect, it } from 'vitest'
import { createSessionRoom, type SessionRoom } from '../../testing/session-room.js'
import { standBy } from './stand-by.js'
import { wake } from './wake.js'

let room: SessionRoom
beforeEach(async () => {
  room = await createSessionRoom()
})

it('posts what the reference posts', async () => {
  const stood = await standBy(room.as('s1'), {
    reason: 'wait for CI',
    wakeAfter: '2020-01-01T00:00:00Z',
    step: 'st',
    parentStep: 'pp',
  })
  expect(stood).toMatchObject({ revision: 1, wakeAfter: '2020-01-01T00:00:00Z' })
  expect((await room.transport.log.latest(1))[0]).toMatchObject({ kind: 'standby', subject: 'agent standby' })
  expect((await room.transport.log.latest(1))[0]?.payload).toEqual({
    session_id: 's1',
    owner: 'claude_code',
    reason: 'wait for CI',
    wake_after: '2020-01-01T00:00:00Z',
    subject: 'agent standby',
    step: 'st',
    parent_step: 'pp',
  })
})

it.each([
  ['+30m', '2026-11-18T11:36:40Z'],
  ['+2h', '2026-11-18T13:06:40Z'],
  ['+1d', '2026-11-19T11:06:40Z'],
])('stores %s as an instant', async (wakeAfter, stored) => {
  expect((await standBy(room.as('s1'), { reason: 'r', wakeAfter })).wakeAfter).toBe(stored)
  expect((await room.transport.log.latest(1))[0]?.payload.wake_after).toBe(stored)
})

it.each(['soon', '', '30m', '2026-02-30T00:00:00Z'])('takes %j for no time', async (wakeAfter) => {
  await expect(standBy(room.as('s1'), { reason: 'r', wakeAfter })).rejects.toMatchObject({ code: 'USAGE' })
  expect(await room.transport.log.revision()).toBe(0)
})

it('is ended by a wake that names it', async () => {
  const { eventId } = await standBy(room.as('s1'), { reason: 'r', wakeAfter: '+1m' })
  expect(await wake(room.as('s2'), eventId)).toMatchObject({ revision: 2, standby: eventId })
  expect(await wake(room.as('s2'), '1')).toMatchObject({ standby: eventId })
  expect((await room.transport.log.latest(1))[0]?.payload).toEqual({
    session_id: 's2',
    ref: eventId,
    ref_standby: eventId,
    subject: 'agent wake',
  })
})

it.each(['blf_nothing', '9'])('finds no standby %s', async (reference) => {
  await expect(wake(room.as('s1'), reference)).rejects.toMatchObject({ code: 'NOT_FOUND', exit: 3 })
})

it('takes a time with blanks around it, and keeps steps only where they are known', async () => {
  expect(await standBy(room.as('s1'), { reason: 'r', wakeAfter: ' 2030-01-01T00:00:00Z ' })).toMatchObject({
    wakeAfter: '2030-01-01T00:00:00Z',
  })
  const payload = (await room.transport.log.latest(1))[0]?.payload ?? {}
  expect(Object.keys(payload)).toEqual(['session_id', 'owner', 'reason', 'wake_after', 'subject'])
})

it('says what it did not understand, cut, and what it would', async () => {
  await expect(standBy(room.as('s1'), { reason: 'r', wakeAfter: 'x'.repeat(99) })).rejects.toMatchObject({
    message: `"${'x'.repeat(80)}" names no time`,
    hint: expect.stringContaining('--wake-after +30m'),
  })
})

it('is what a wake names, nothing else, however long ago it was left', async () => {
  const { eventId } = await standBy(room.as('s1'), { reason: 'r', wakeAfter: '+1m' })
  const { revision } = await wake(room.as('s2'), eventId)
  await expect(wake(room.as('s1'), String(revision))).rejects.toMatchObject({
    ...{ code: 'NOT_FOUND', details: { what: 'standby', value: '2' }, hint: 'rally wake-due lists what is due' },
  })
  await expect(wake(room.as('s1'), '1x')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  for (let n = 0; n < 501; n++) await wake(room.as('s2'), eventId)
  expect(await wake(room.as('s2'), ' 1 ')).toMatchObject({ standby: eventId })
})
