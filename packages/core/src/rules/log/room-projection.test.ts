import { describe, expect, it } from 'vitest'
import type { ChangeRecord } from '../../model/change-record.js'
import { TEST_NOW, testRecord } from '../../testing/test-room.js'
import { dueAt, openEscalations, openStandbys } from './open-matters.js'
import { roomProjection } from './room-projection.js'
import { ROOM_LIMITS, type RoomState } from './room-state.js'

let revision = 0
const record = (kind: string, payload: Record<string, unknown> = {}, over: Partial<ChangeRecord> = {}) =>
  testRecord({ kind, payload, revision: ++revision, ...over })
/** As a transport keeps it: the state goes through JSON half-way. */
const project = (records: readonly ChangeRecord[]): RoomState => {
  const half = Math.floor(records.length / 2)
  const first = records.slice(0, half).reduce(roomProjection.fold, roomProjection.initial())
  return records.slice(half).reduce(roomProjection.fold, JSON.parse(JSON.stringify(first)) as RoomState)
}
const open = (records: readonly ChangeRecord[]) => openEscalations(project(records)).map(({ revision }) => revision)

describe('escalations', () => {
  it('stay open until another escalation acknowledges their revision', () => {
    const asks = record('escalation', { reason: 'x' })
    expect(open([asks, record('feedback', { acknowledges: asks.revision })])).toEqual([asks.revision])
    expect(open([asks, record('escalation', { acknowledges: asks.revision })])).toEqual([])
    expect(open([record('escalation', { acknowledges: asks.revision }), asks])).toEqual([])
  })

  it('are found however much is written after them', () => {
    const asks = record('escalation', { reason: 'x' })
    const noise = Array.from({ length: 3000 }, () => record('feedback'))
    const closed = Array.from({ length: 2000 }, () => {
      const one = record('escalation', { reason: 'y' })
      return [one, record('escalation', { acknowledges: one.revision })]
    }).flat()
    expect(open([asks, ...noise, ...closed])).toEqual([asks.revision])
  })

  it('stay closed when their acknowledgement is long past', () => {
    const asks = record('escalation', { reason: 'x' })
    const ack = () => record('escalation', { acknowledges: asks.revision })
    const others = Array.from({ length: ROOM_LIMITS.acknowledgements + 5 }, () =>
      record('escalation', { acknowledges: 999_999 }),
    )
    expect(open([asks, ack(), ...others])).toEqual([])
  })

  it('open again when the acknowledgement is retracted, and close when they are themselves', () => {
    const asks = record('escalation', { reason: 'x' })
    const ack = record('escalation', { acknowledges: asks.revision })
    expect(open([asks, ack, record('retract', { retracts: ack.event_id })])).toEqual([asks.revision])
    expect(open([asks, record('retract', { retracts: asks.event_id })])).toEqual([])
  })
})

describe('retractions', () => {
  const listed = (records: readonly ChangeRecord[]) => project(records).changes.map(({ revision }) => revision)

  it('hide exactly one of several records of one id: the newest before', () => {
    const [a, b] = [record('feedback', {}, { event_id: 'x' }), record('feedback', {}, { event_id: 'x' })]
    const takeBack = record('retract', { retracts: 'x' })
    expect(listed([a, b, takeBack])).toEqual([a.revision, takeBack.revision])
  })

  it('hide the one whose revision they name', () => {
    const [a, b] = [record('feedback', {}, { event_id: 'x' }), record('feedback', {}, { event_id: 'x' })]
    const takeBack = record('retract', { retracts: 'x', retracts_revision: a.revision })
    expect(listed([a, b, takeBack])).toEqual([b.revision, takeBack.revision])
  })

  it('wait for a record that comes later', () => {
    const [late, takeBack] = [record('feedback', {}, { event_id: 'late' }), record('retract', { retracts: 'late' })]
    expect(listed([takeBack, late, record('feedback', {}, { event_id: 'late' })])).toEqual([
      takeBack.revision,
      revision,
    ])
  })

  it('are never hidden', () => {
    const first = record('retract', { retracts: 'nothing' }, { event_id: 'r1' })
    const second = record('retract', { retracts: 'r1' })
    expect(listed([first, second])).toEqual([first.revision, second.revision])
  })
})

describe('standbys', () => {
  it('are closed by a wake that names them', () => {
    const waits = record('standby', { owner: 'codex', reason: 'CI', wake_after: '+30m' }, { event_id: 'st' })
    const state = project([waits, record('standby', { wake_after: 'soon' }, { event_id: 'other' })])
    expect(openStandbys(state).map(({ event_id }) => event_id)).toEqual(['st', 'other'])
    expect(dueAt(openStandbys(state)[0] as never)).toBe(TEST_NOW - 30 + 1800)
    expect(dueAt(openStandbys(state)[1] as never)).toBeUndefined()
    expect(openStandbys(project([waits, record('wake', { ref: 'st' })]))).toEqual([])
  })

  it('of long ago are kept, woken ones are not', () => {
    const waits = record('standby', { wake_after: '+1d' }, { event_id: 'old' })
    const woken = Array.from({ length: 1500 }, (_, index) => [
      record('standby', { wake_after: '+1m' }, { event_id: `st${index}` }),
      record('wake', { ref: `st${index}` }),
    ]).flat()
    expect(openStandbys(project([waits, ...woken])).map(({ event_id }) => event_id)).toEqual(['old'])
  })
})

it('keeps the newest status posts of each tool, and the newest phase of each session', () => {
  const posts = Array.from({ length: 20 }, (_, index) => record('status', { file: `f${index}` }, { tool: 'codex' }))
  const other = record('status', { file: 'g' }, { tool: 'gemini' })
  const phases = ['assess', 'plan'].map((phase) => record('phase', { phase, session_id: 's' }))
  const state = project([other, ...posts, ...phases])
  expect(state.pointers.map(({ payload }) => payload.file)).toEqual(['g', 'f15', 'f16', 'f17', 'f18', 'f19'])
  expect(state.phases.map(({ phase }) => phase)).toEqual(['plan'])
})

it('a handoff is open until a record refers to it', () => {
  const handoff = record('handoff', { to: 'codex', message: 'yours' }, { event_id: 'h' })
  expect(project([handoff]).handoffs[0]).toMatchObject({ to: 'codex', subject: 'yours', resolved_by: null })
  const resolve = record('resolve', { ref: 'h' }, { event_id: 'done' })
  expect(project([handoff, resolve]).handoffs[0]?.resolved_by).toBe(1)
  const accept = record('handoff-accept', { handoff: 'h', session_id: 'c2' }, { event_id: 'taken' })
  expect(project([handoff, accept]).handoffs[0]).toMatchObject({ resolved_by: null, accepted_by: 1, taker: 'c2' })
  const back = record('retract', { retracts: 'taken' })
  expect(project([handoff, accept, back]).handoffs[0]).toMatchObject({ accepted_by: null, taker: null })
  expect(project([handoff, resolve, record('retract', { retracts: 'done' })]).handoffs[0]?.resolved_by).toBeNull()
})

it('has a bounded size and survives records of any shape', () => {
  const odd = [
    {},
    { payload: 5, ts: {}, kind: 7 },
    { kind: 'escalation', payload: null },
    { kind: 'status', payload: [] },
  ]
  const big = Array.from({ length: 3000 }, (_, index) =>
    record(
      ['escalation', 'standby', 'status', 'handoff', 'phase'][index % 5] ?? '',
      {
        reason: 'x'.repeat(5000),
        session_id: `s${index}`,
        file: 'y'.repeat(5000),
      },
      { tool: `tool-${index}` },
    ),
  )
  expect(JSON.stringify(project([...(odd as unknown as ChangeRecord[]), ...big])).length).toBeLessThan(2_000_000)
})
