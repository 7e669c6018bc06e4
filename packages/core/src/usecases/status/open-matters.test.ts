import { beforeEach, expect, it } from 'vitest'
import { openEscalations, openStandbys } from '../../rules/log/open-matters.js'
import { roomProjection } from '../../rules/log/room-projection.js'
import { readStatusPointer } from '../../rules/status/status-pointer.js'
import { createSessionRoom, type SessionRoom } from '../../testing/session-room.js'
import { retractRecord } from '../log/retract-record.js'
import { escalate } from '../standby/escalate.js'
import { standBy } from '../standby/stand-by.js'
import { wake } from '../standby/wake.js'
import { postStatus } from './post-status.js'

// What is written by one half of the use cases must mean the same to the other half.

let room: SessionRoom
beforeEach(async () => {
  room = await createSessionRoom()
})

const state = () => room.transport.log.project(roomProjection)
const escalations = async () => openEscalations(await state()).map(({ revision }) => revision)

it('an acknowledged escalation is closed, until the acknowledgement is taken back', async () => {
  await escalate(room.as('s1'), { reason: 'one' })
  const second = await escalate(room.as('s1'), { reason: 'two' })
  expect(await escalations()).toEqual([1, 2])
  const acknowledgement = await escalate(room.as('s2'), { reason: 'seen', acknowledges: second.eventId })
  expect(await escalations()).toEqual([1])
  await retractRecord(room.as('s2'), { fact: acknowledgement.eventId, reason: 'mistaken' })
  expect(await escalations()).toEqual([1, 2])
})

it('a standby is over when somebody wakes it', async () => {
  const { eventId } = await standBy(room.as('s1'), { reason: 'CI', wakeAfter: '+1m' })
  await standBy(room.as('s1'), { reason: 'review', wakeAfter: '+2m' })
  await wake(room.as('s2'), eventId)
  expect(openStandbys(await state()).map(({ reason }) => reason)).toEqual(['review'])
})

it('a status pointer reads back', async () => {
  await postStatus(room.as('s1'), { file: 'docs/a.md', committedSha: 'abc', summary: 'half done' })
  const [pointer] = (await state()).pointers
  expect(readStatusPointer(pointer?.payload ?? {})).toEqual({
    file: 'docs/a.md',
    committedSha: 'abc',
    summary: 'half done',
  })
})
