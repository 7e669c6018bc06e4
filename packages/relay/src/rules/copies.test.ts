import type { ChangeRecord } from '@rally/core/model/change-record'
import type { Presence } from '@rally/core/model/presence'
import { describe, expect, it } from 'vitest'
import { copyRecord, placeholderPayload } from './copy-record.js'
import { exportPresence, importPresence, isForeign, relayedSessionId } from './presence-copy.js'

const ORIGIN = { machine: 'a', epoch: 'e', position: 3 }

describe('a record for another room', () => {
  const copy = (record: object, payload: object = {}) =>
    copyRecord(
      { kind: 'feedback', ts: 5, payload, ...record } as ChangeRecord,
      ORIGIN,
      payload as ChangeRecord['payload'],
    )

  it('holds everything that readers see, and where it is from', () => {
    const record = { tool: 't', model: 'm', run_id: 'r', app_slug: 'a', event_id: 'e1', revision: 7, odd: 1 }
    const producer = { producer_name: 'rally', producer_version: '1' }
    const run = { build_loop_id: 'bl', build_loop_started_at: 's', build_loop_run_label: 'l' }
    expect(copy({ ...record, ...producer, ...run }, { message: 'x' })).toEqual({
      ...{ kind: 'feedback', tool: 't', model: 'm', run_id: 'r', app_slug: 'a', ts: 5, event_id: 'e1' },
      ...{ payload: { message: 'x' }, producer, run, origin: ORIGIN },
    })
  })
  it('makes up for what old records do not have, and adds nothing else', () => {
    expect(copy({ ts: '1970-01-01T00:00:09Z' })).toEqual({
      ...{ kind: 'feedback', tool: 'unknown', model: 'unknown', run_id: 'unknown', app_slug: '', ts: 9 },
      ...{ payload: {}, origin: ORIGIN },
    })
    expect(copy({ ts: 'x', build_loop_started_at: 's' })).toMatchObject({ ts: 0 })
    expect(copy({ build_loop_id: 'bl' }).run).toEqual({
      ...{ build_loop_id: 'bl', build_loop_started_at: null, build_loop_run_label: null },
    })
    expect(copy({ build_loop_started_at: 's' })).not.toHaveProperty('run')
  })
  it.each([
    [{ subject: 'hand-made' }, { message: 'x' }, 'hand-made'],
    [{ subject: 'x' }, { message: 'x' }, undefined],
    [{ subject: 'feedback' }, {}, undefined],
    [{ kind: 'phase', subject: 'phase: build' }, { phase: 'build' }, undefined],
    [{ kind: 'phase', subject: 'phase' }, { phase: 'build' }, 'phase'],
    [{ subject: 'phase: build' }, { phase: 'build' }, 'phase: build'],
    [{ subject: 'outer' }, { subject: 'inner' }, 'inner'],
    [{}, { message: 'x' }, undefined],
  ])('keeps a subject that only the record says: %j of %j: %j', (record, payload, subject) => {
    expect(copy(record, payload).payload).toEqual({ ...payload, ...(subject === undefined ? {} : { subject }) })
  })
})

it('what stands for a record that is too large is small, and says so', () => {
  const long = 'x'.repeat(201)
  const payload = { message: long, exact: 'x'.repeat(200), n: 5, yes: true, none: null, nested: { a: 1 }, items: [1] }
  expect(placeholderPayload(payload)).toEqual({
    ...{ message: `${'x'.repeat(199)}…`, exact: 'x'.repeat(200), n: 5, yes: true, none: null },
    relay_omitted: expect.stringContaining('too large'),
  })
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`k${index}`, index]))
  expect(Object.keys(placeholderPayload(many))).toHaveLength(21)
})

describe('presence for another room', () => {
  const presence = {
    session_id: 's1',
    tool: 't',
    cursor: { revision: 1, changes_offset: 2 },
    host_pid: 7,
    host_started: 'x',
  }
  const relayed = exportPresence(presence as unknown as Presence, 'a', { direct: 1, broadcast: 0, total: 1 })

  it('names its machine and keeps what means something there', () => {
    expect(relayed).toEqual({
      ...{ session_id: 's1@a', relayed_session_id: 's1', tool: 't', machine: 'a' },
      unread: { direct: 1, broadcast: 0, total: 1 },
    })
    expect([isForeign(relayed, 'b'), isForeign(relayed, 'a'), isForeign(presence as never, 'b')]).toEqual([
      true,
      false,
      false,
    ])
  })
  it('has its own id back unless somebody has it', () => {
    expect(importPresence({ ...relayed, cursor: { revision: 9, changes_offset: 9 } }, () => false)).toEqual({
      ...{ session_id: 's1', tool: 't', machine: 'a', unread: relayed.unread },
    })
    expect(importPresence(relayed, (id) => id === 's1').session_id).toBe('s1@a')
    expect(importPresence({ ...relayed, relayed_session_id: '' }, () => false).session_id).toBe('s1@a')
  })
  it('has an id that is never too long, and never that of another', () => {
    const long = 'x'.repeat(126)
    expect(relayedSessionId(long, 'a')).toBe(`${long}@a`)
    const [one, two] = [relayedSessionId(`${long}y1`, 'a'), relayedSessionId(`${long}y2`, 'a')]
    expect([one.length, two.length]).toEqual([128, 128])
    expect(one).toMatch(/^x+-[0-9a-f]{8}@a$/)
    expect(one).not.toBe(two)
  })
})
