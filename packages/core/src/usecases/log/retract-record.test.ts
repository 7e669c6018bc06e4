import { beforeEach, describe, expect, it } from 'vitest'
import type { ChangeRecord } from '../../model/change-record.js'
import { applyRetractions } from '../../rules/log/retraction.js'
import { createSessionRoom, type SessionRoom } from '../../testing/session-room.js'
import { retractRecord } from './retract-record.js'

let room: SessionRoom
beforeEach(async () => {
  room = await createSessionRoom()
})

function plant(revision: number, eventId: string, payload: ChangeRecord['payload'] = {}) {
  room.transport.plant.record({
    ts: '2026-11-18T11:06:10Z',
    kind: payload.retracts === undefined ? 'feedback' : 'retract',
    tool: 'codex',
    model: 'm',
    run_id: 'r',
    app_slug: 'demo-app',
    payload,
    revision,
    event_id: eventId,
  })
}

const standing = async () => applyRetractions(await room.transport.log.latest(99)).map(({ revision }) => revision)

describe('retractRecord', () => {
  it('posts what the reference posts; a second time it does nothing', async () => {
    plant(1, 'blf_aaa')
    plant(2, 'blf_bbb')
    const first = await retractRecord(room.as('s1'), { fact: 'blf_aaa', reason: 'wrong', supersededBy: 'blf_bbb' })
    expect(first).toMatchObject({
      outcome: 'retracted',
      target: 'blf_aaa',
      revision: 3,
      targetFound: true,
      supersededBy: 'blf_bbb',
      supersededByFound: true,
    })
    expect((await room.transport.log.latest(1))[0]).toMatchObject({ kind: 'retract', subject: 'retract: blf_aaa' })
    expect((await room.transport.log.latest(1))[0]?.payload).toEqual({
      retracts: 'blf_aaa',
      reason: 'wrong',
      subject: 'retract: blf_aaa',
      summary: 'wrong [retracts=blf_aaa superseded_by=blf_bbb]',
      superseded_by: 'blf_bbb',
      session_id: 's1',
    })
    expect(await standing()).toEqual([2, 3])
    expect(await retractRecord(room.as('s1'), { fact: 'blf_aaa', reason: 'again' })).toEqual({
      outcome: 'noop',
      detail: 'already retracted by claude_code (wrong)',
    })
    expect(await room.transport.log.revision()).toBe(3)
  })

  it('finds its target by revision too', async () => {
    plant(1, 'blf_aaa')
    plant(2, 'blf_bbb')
    const outcome = await retractRecord(room.as('s1'), { fact: '2', reason: 'wrong', supersededBy: '1' })
    expect(outcome).toMatchObject({ target: 'blf_bbb', supersededBy: 'blf_aaa', supersededByFound: true })
    expect(await standing()).toEqual([1, 3])
  })

  it('refuses to retract a retraction, also by force', async () => {
    plant(1, 'blf_aaa')
    plant(2, 'blf_r', { retracts: 'blf_aaa', reason: 'y' })
    for (const force of [false, true]) {
      expect(await retractRecord(room.as('s1'), { fact: 'blf_r', reason: 'x', force })).toMatchObject({
        outcome: 'refused',
        detail: expect.stringContaining('itself a retraction'),
      })
    }
    expect(await room.transport.log.revision()).toBe(2)
  })

  it('finds nothing, unless forced', async () => {
    for (const fact of ['blf_nothing', '12']) {
      expect(await retractRecord(room.as('s1'), { fact, reason: 'x' })).toMatchObject({ outcome: 'not-found' })
    }
    expect(await retractRecord(room.as('s1'), { fact: '12', reason: 'x', force: true })).toMatchObject({
      outcome: 'not-found',
    })
    expect(await retractRecord(room.as('s1'), { fact: 'blf_far', reason: 'x', force: true })).toMatchObject({
      outcome: 'retracted',
      targetFound: false,
      supersededBy: null,
      supersededByFound: false,
    })
  })

  it('hides exactly one of several records that share an id', async () => {
    for (const revision of [1, 2, 3]) plant(revision, 'blf_twin')
    expect(await retractRecord(room.as('s1'), { fact: 'blf_twin', reason: 'x' })).toEqual({
      outcome: 'refused',
      detail: '3 records share that id (revisions 1, 2, 3); name one by its revision',
    })
    expect(await retractRecord(room.as('s1'), { fact: '2', reason: 'x' })).toMatchObject({ outcome: 'retracted' })
    expect(await standing()).toEqual([1, 3, 4])
    expect(await retractRecord(room.as('s1'), { fact: '2', reason: 'x' })).toMatchObject({ outcome: 'noop' })
    expect(await retractRecord(room.as('s1'), { fact: '2', reason: 'better words', force: true })).toMatchObject({
      outcome: 'retracted',
    })
    expect(await standing()).toEqual([1, 3, 4, 5])
    await retractRecord(room.as('s1'), { fact: 'blf_twin', reason: 'x', force: true })
    expect(await standing()).toEqual([1, 4, 5, 6])
  })
})
