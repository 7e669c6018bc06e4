import { describe, expect, it } from 'vitest'
import type { Presence } from '../../model/presence.js'
import { hostCompany } from './host-company.js'
import { judgeLife, type LifeOptions, type ProcessState } from './life.js'

const NOW = 1_795_000_000
const HOUR = 3600

const record = (over: Partial<Presence> = {}): Presence => ({
  ...{ session_id: 's', tool: 't', model: 'm', run_id: 'r', app_slug: 'a', phase: 'p', files_in_flight: [] },
  ...{ heartbeat_ts: NOW - 5, last_seen: NOW - 5, host_pid: 7, host_started: '1-boot', host_namespace: '9' },
  ...over,
})
const sees = (state: ProcessState) => ({ now: NOW, hostProcess: () => state })
const judge = (over: Partial<Presence>, options: Omit<LifeOptions, 'now'>, everybody: Presence[] = []) =>
  judgeLife(record(over), { now: NOW, company: hostCompany([record(over), ...everybody]), ...options })
const silent = (age: number) => ({ last_seen: NOW - age, heartbeat_ts: NOW - age })

describe('a host process', () => {
  it('that is gone takes its session along at once', () => {
    expect(judge({}, sees('gone'))).toBe('gone')
    expect(judge({ host_conversations: 'one' }, sees('gone'))).toBe('gone')
  })

  it('that runs keeps its only session for half a day, that of a terminal program for as long as it runs', () => {
    expect(judge(silent(11 * HOUR), sees('runs'))).toBe('live')
    expect(judge(silent(13 * HOUR), sees('runs'))).toBe('silent')
    expect(judge({ ...silent(13 * HOUR), host_conversations: 'one' }, sees('runs'))).toBe('live')
  })

  it('that cannot be seen proves nothing: the last sign of life decides', () => {
    expect(judge(silent(1800), sees('unknown'))).toBe('live')
    expect(judge(silent(1900), sees('unknown'))).toBe('silent')
    expect(judge({ ...silent(1900), planned_heartbeat_secs: 600 }, sees('unknown'))).toBe('live')
  })

  it('means nothing of a session that a relay brought', () => {
    expect(judge({ machine: 'm' }, sees('gone'))).toBe('live')
    expect(judge({ ...silent(1900), machine: 'm' }, sees('runs'))).toBe('silent')
  })
})

describe('several sessions of one process', () => {
  const other = record({ session_id: 'o', host_since: NOW })

  it('are judged by their last signs of life: a server outlives its sessions', () => {
    expect(judge(silent(HOUR), sees('runs'), [other])).toBe('silent')
    expect(judge(silent(60), sees('runs'), [other])).toBe('live')
    expect(judge(silent(60), sees('gone'), [other])).toBe('gone')
  })

  it('are one where the program has one conversation: the newest', () => {
    const one = { host_conversations: 'one' } as const
    const newer = record({ ...one, session_id: 'o', host_since: NOW - 10 })
    expect(judge({ ...one, host_since: NOW - 100 }, sees('runs'), [newer])).toBe('gone')
    expect(judge({ ...one, host_since: NOW - 1, ...silent(HOUR) }, sees('runs'), [newer])).toBe('live')
    const namesake = record({ ...newer, host_namespace: '10' })
    expect(judge({ ...one, host_since: NOW - 100 }, sees('runs'), [namesake])).toBe('live')
  })

  it('are not a session and its subagents; the process proves nothing of those', () => {
    const child = record({ session_id: 's.c', parent: 's' })
    expect(judge(silent(HOUR), sees('runs'), [child])).toBe('live')
    expect(judge({ ...silent(HOUR), session_id: 's.c', parent: 's' }, sees('runs'), [record()])).toBe('silent')
    expect(judge({ ...silent(HOUR), session_id: 'k', parent: 's' }, sees('runs'))).toBe('live')
  })
})

describe('a clock', () => {
  it('that is ahead is judged by when the record was written', () => {
    const ahead = silent(-2 * 24 * HOUR)
    expect(judge(ahead, { ...sees('unknown'), writtenAt: () => NOW - 100 })).toBe('live')
    expect(judge(ahead, { ...sees('unknown'), writtenAt: () => NOW - 2000 })).toBe('silent')
  })

  it('that was set back since is as far off as it was set back', () => {
    expect(judge(silent(-90), { ...sees('unknown'), writtenAt: () => NOW + 90 })).toBe('live')
    expect(judge(silent(-3 * HOUR), { ...sees('unknown'), writtenAt: () => NOW + 3 * HOUR })).toBe('silent')
    expect(judge(silent(-3 * HOUR), { ...sees('runs'), writtenAt: () => NOW + 3 * HOUR })).toBe('live')
  })
})

describe('an announcement of files', () => {
  it('is a sign of life to which the record may lag behind', () => {
    const window = { planned_heartbeat_secs: 10 }
    expect(judge({ ...silent(190), ...window }, { ...sees('unknown'), announcedAt: () => NOW - 95 })).toBe('live')
    expect(judge({ ...silent(190), ...window }, { ...sees('unknown'), announcedAt: () => NOW - 125 })).toBe('silent')
    expect(judge({ ...silent(190), ...window }, { ...sees('unknown'), announcedAt: () => undefined })).toBe('silent')
    expect(judge({ ...silent(20), ...window }, { ...sees('unknown'), announcedAt: () => NOW - 500 })).toBe('live')
  })

  it('keeps nobody whose process is gone', () => {
    expect(judge(silent(190), { ...sees('gone'), announcedAt: () => NOW - 1 })).toBe('gone')
  })
})

it('a reading position and a record without a time never live', () => {
  expect(judge({ tool: 'reader' }, sees('runs'))).toBe('silent')
  expect(judge({ last_seen: 0, heartbeat_ts: 0 }, sees('runs'))).toBe('silent')
})
