import { beforeEach, describe, expect, it } from 'vitest'
import { createSessionRoom, type SessionRoom } from '../../testing/session-room.js'
import { postRecord } from '../log/post-record.js'
import { escalate } from './escalate.js'

let room: SessionRoom
beforeEach(async () => {
  room = await createSessionRoom()
})

describe('escalate', () => {
  it('posts what the reference posts', async () => {
    const escalated = await escalate(room.as('s1'), { reason: 'x' })
    expect(escalated).toMatchObject({ revision: 1, acknowledged: null })
    const [record] = await room.transport.log.latest(1)
    expect(record).toMatchObject({ kind: 'escalation', event_id: escalated.eventId })
    expect(record?.payload).toEqual({ session_id: 's1', reason: 'x', needs: 'lead-or-user-attention' })
  })

  it('acknowledges an escalation named by revision or event id, however old', async () => {
    const first = await escalate(room.as('s1'), { reason: 'disk full' })
    for (let i = 0; i < 600; i++) room.transport.plant.record(noise(i + 2))
    const byId = await escalate(room.as('s2'), { reason: 'freed', acknowledges: first.eventId })
    const byRevision = await escalate(room.as('s2'), { reason: 'freed', acknowledges: '1' })
    const acknowledged = { revision: 1, eventId: first.eventId }
    expect([byId.acknowledged, byRevision.acknowledged]).toEqual([acknowledged, acknowledged])
    expect((await room.transport.log.latest(1))[0]?.payload).toEqual({
      session_id: 's2',
      reason: 'freed',
      acknowledges: 1,
      acknowledges_event_id: first.eventId,
    })
  })

  it('asks nothing without words; a decision may have none', async () => {
    for (const reason of ['', ' \n'])
      await expect(escalate(room.as('s1'), { reason })).rejects.toMatchObject({ code: 'USAGE', exit: 2 })
    expect(await room.transport.log.revision()).toBe(0)
    const { eventId } = await escalate(room.as('s1'), { reason: 'disk full' })
    expect(await escalate(room.as('s2'), { reason: '', acknowledges: eventId })).toMatchObject({ revision: 2 })
  })

  it.each(['7', 'blf_nothing', '2'])('finds no escalation %s', async (acknowledges) => {
    await escalate(room.as('s1'), { reason: 'x' })
    await postRecord(room.as('s1'), { kind: 'feedback' })
    await expect(escalate(room.as('s1'), { reason: 'y', acknowledges })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      exit: 3,
    })
    expect(await room.transport.log.revision()).toBe(2)
  })
})

function noise(revision: number) {
  return { ts: null, kind: 'note', tool: 't', model: 'm', run_id: 'r', app_slug: 'demo-app', payload: {}, revision }
}
