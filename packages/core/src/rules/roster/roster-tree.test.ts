import { describe, expect, it } from 'vitest'
import type { Presence } from '../../model/presence.js'
import type { RecordedProcess } from '../presence/life.js'
import { buildRosterTree, type RosterAgent } from './roster-tree.js'

const NOW = 1_795_000_000
const presence = (over: Record<string, unknown>) =>
  ({
    session_id: 'a',
    tool: 't',
    model: 'm',
    run_id: 'r',
    phase: 'p',
    last_seen: NOW - 5,
    ...over,
  }) as unknown as Presence
const tree = (rooms: Record<string, Presence[]>, options = {}) =>
  buildRosterTree(
    Object.entries(rooms).flatMap(([app, all]) => all.map((one) => ({ app, presence: one }))),
    { now: NOW, ...options },
  )
const shape = (agents: readonly RosterAgent[]): unknown[] =>
  agents.map((agent) => [`${agent.app}/${agent.session_id}`, ...shape(agent.children)])

describe('parents', () => {
  it('that form circles lose nobody, whatever the order of reading', () => {
    const ring = ['c', 'a', 'b'].map((id, index, all) => presence({ session_id: id, parent: all[(index + 1) % 3] }))
    for (const order of [ring, [...ring].reverse()]) {
      expect(shape(tree({ x: order }).agents)).toEqual([['x/a', ['x/c', ['x/b']]]])
    }
  })

  it('of the own channel win over a namesake elsewhere', () => {
    const rooms = {
      one: [presence({ session_id: 'p' }), presence({ session_id: 'k1', parent: 'p' })],
      two: [presence({ session_id: 'p' }), presence({ session_id: 'k2', parent: 'p' })],
    }
    expect(shape(tree(rooms).agents)).toEqual([
      ['one/p', ['one/k1']],
      ['two/p', ['two/k2']],
    ])
  })

  it('elsewhere count when there is only one of that name', () => {
    const rooms = { one: [presence({ session_id: 'p' })], two: [presence({ session_id: 'k', parent: 'p' })] }
    expect(shape(tree(rooms).agents)).toEqual([['one/p', ['two/k']]])
    const three = { ...rooms, three: [presence({ session_id: 'p' })] }
    expect(shape(tree(three).agents)).toEqual([['one/p'], ['three/p'], ['two/k']])
  })
})

describe('values of the wrong type', () => {
  it('are coerced, and spoil nothing for others', () => {
    const odd = presence({
      session_id: 5,
      parent: ['x'],
      host: null,
      spawned: { a: '2', b: 'x', c: 1.9, d: Number.POSITIVE_INFINITY },
      build_loop_run_label: 7,
    })
    const roster = tree({ x: [presence({}), odd] })
    expect(roster.agents.map(({ session_id }) => session_id)).toEqual(['5', 'a'])
    expect(roster.agents[0]).toMatchObject({ parent: null, host: 'unknown', spawned: { a: 2, c: 1 }, spawned_total: 3 })
    expect(roster.agents[0]?.build_loop_run_label).toBeNull()
  })

  it('a last_seen that is no number means never seen', () => {
    const roster = tree({ x: [presence({ last_seen: 'x', heartbeat_ts: NOW })] }, { includeStale: true })
    expect(roster.agents[0]).toMatchObject({ last_seen: 0, age_secs: null, stale: true })
  })
})

it('a silent session is live while its host process runs, for half a day', () => {
  const hostProcess = ({ pid }: RecordedProcess) => (pid === 7 ? 'runs' : 'gone')
  const silent = (age: number, host_pid: number) =>
    presence({ last_seen: NOW - age, host_pid, host_started: '1-x', worktree: '/w' })
  expect(tree({ x: [silent(3600, 7)] }, { hostProcess }).live_count).toBe(1)
  expect(tree({ x: [silent(3600, 7)] }, { hostProcess, staleSecs: 5 }).live_count).toBe(1)
  expect(tree({ x: [silent(1, 8)] }, { hostProcess }).live_count).toBe(0)
  expect(tree({ x: [silent(13 * 3600, 7)] }, { hostProcess }).live_count).toBe(0)
  const elsewhere = presence({ last_seen: NOW - 3600, host_pid: 7, host_started: '1-x', machine: 'm2' })
  expect(tree({ x: [elsewhere] }, { hostProcess }).live_count).toBe(0)
})

it('a session that hooks keep is listed by its own rhythm, any other for two minutes, both for as long as somebody asks', () => {
  const kept = presence({ session_id: 'kept', last_seen: NOW - 600, worktree: '/w' })
  const other = presence({ session_id: 'other', last_seen: NOW - 600 })
  const listed = (options = {}) => tree({ x: [kept, other] }, options).agents.map(({ session_id }) => session_id)
  expect(listed()).toEqual(['kept'])
  expect(listed({ staleSecs: 900 })).toEqual(['kept', 'other'])
  expect(listed({ staleSecs: 300 })).toEqual([])
})
