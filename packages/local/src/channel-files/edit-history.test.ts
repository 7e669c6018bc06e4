import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EditStretch } from '@rally/core/model/edit-stretch'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cleanUp } from './clean-up.js'
import { dayPath, removeOldEdits } from './edit-days.js'
import { foldEdits, readEdits } from './edit-history.js'
import { ENDED_FOLDER } from './ended-work.js'
import { announce, giveBack, IN_FLIGHT_FOLDER } from './inflight-log.js'
import { leaveChannel } from './leave-channel.js'
import { assignName } from './name-files.js'

const DAY = 24 * 3600
let root = ''
let now = 0
beforeEach(() => {
  root = fs.mkdtempSync(join(tmpdir(), 'rally edits-'))
  now = Date.now() / 1000
})
afterEach(() => fs.rmSync(root, { recursive: true, force: true }))

function take(
  sessionId: string,
  path: string,
  { at = now, since, worktree = '/w' }: { at?: number; since?: number; worktree?: string } = {},
): void {
  announce(
    root,
    { sessionId, tool: 'codex', parent: undefined },
    { worktree, files: [{ path, since: since ?? at }] },
    at,
  )
}
const edits = (query: Partial<Parameters<typeof readEdits>[1]> = {}) => readEdits(root, { now, since: 0, ...query })
const shown = (found: readonly EditStretch[]) =>
  found.map(({ sessionId, path, count }) => `${sessionId} ${path} ${count}`)
const names = (folder: string) => (fs.existsSync(join(root, folder)) ? fs.readdirSync(join(root, folder)) : [])
const fold = (days = 7) => foldEdits(root, { now, days })

/** What nobody writes to any more. */
function settle(): void {
  for (const name of names(ENDED_FOLDER)) fs.utimesSync(join(root, ENDED_FOLDER, name), now - 100, now - 100)
}

it('what goes on is in the history at once, one stretch for edits without a long pause', () => {
  take('a', 'x', { at: now - 2000 })
  take('a', 'x', { at: now - 100 })
  take('a', 'x', { at: now - 60, since: now - 100 })
  take('b', 'x', { at: now - 50, worktree: '/other' })
  expect(shown(edits())).toEqual(['a x 1', 'a x 2', 'b x 1'])
  expect(edits()[1]).toMatchObject({ since: now - 100, last: now - 60, worktree: '/w', tool: 'codex', name: null })
  expect(shown(edits({ paths: ['y'] }))).toEqual([])
  expect(shown(edits({ since: now - 70 }))).toEqual(['a x 2', 'b x 1'])
  expect(shown(edits({ until: now - 1000 }))).toEqual(['a x 1'])
  expect(shown(edits({ limit: 1 }))).toEqual(['b x 1'])
  expect(shown(edits({ matches: ({ worktree }) => worktree === '/other' }))).toEqual(['b x 1'])
})

it('an edit that was refused is none; one that was given back later was one', () => {
  take('a', 'refused')
  giveBack(root, 'a', { worktree: '/w', paths: ['refused'] }, now)
  take('a', 'kept', { at: now - 50 })
  take('a', 'kept', { since: now - 50 })
  giveBack(root, 'a', { worktree: '/w', paths: ['kept'] }, now)
  expect(shown(edits())).toEqual(['a kept 2'])
})

it('a session that leaves takes its files out of the room and leaves its edits behind, with its name', () => {
  const name = assignName(root, { sessionId: 'a', stem: 'codex-', now })
  fs.mkdirSync(join(root, 'sessions'))
  fs.writeFileSync(join(root, 'sessions/a.json'), JSON.stringify({ session_id: 'a', name }))
  take('a', 'x', { at: now - 10 })
  expect(edits()[0]?.name).toBe('codex-1')
  leaveChannel(root, 'a', now)
  expect([names(IN_FLIGHT_FOLDER), names(ENDED_FOLDER).length]).toEqual([[], 1])
  const before = edits()
  expect(before).toMatchObject([{ name: 'codex-1', path: 'x' }])
  fold()
  expect(names(ENDED_FOLDER)).toHaveLength(1)
  settle()
  fold()
  expect(names(ENDED_FOLDER)).toEqual([])
  expect(edits()).toEqual(before)
  const day = dayPath(Math.floor((now - 10) / DAY))
  expect(fs.statSync(join(root, day)).mode & 0o777).toBe(0o600)
})

it('folding that was interrupted, or ran twice, counts nothing twice', () => {
  take('a', 'x', { at: now - 10 })
  take('a', 'y', { at: now - 5 })
  leaveChannel(root, 'a', now)
  settle()
  const [ended = ''] = names(ENDED_FOLDER)
  const copy = fs.readFileSync(join(root, ENDED_FOLDER, ended))
  const before = edits()
  fold()
  fs.writeFileSync(join(root, ENDED_FOLDER, ended), copy)
  expect(edits()).toEqual(before)
  settle()
  fold()
  expect(edits()).toEqual(before)
})

it('a session that was silent for an hour is moved to the history by whoever cleans up', () => {
  take('a', 'x', { at: now - 4000 })
  const file = join(root, IN_FLIGHT_FOLDER, 'a.jsonl')
  fs.utimesSync(file, now - 4000, now - 4000)
  expect(cleanUp(root, { now, historyDays: 7 })).toBe(true)
  expect(fs.existsSync(file)).toBe(false)
  expect(shown(edits())).toEqual(['a x 1'])
})

describe('what is kept', () => {
  it('goes after so many days, from the folded days and from what was never folded', () => {
    for (const days of [1, 6, 8, 40]) {
      take(`s${days}`, 'x', { at: now - days * DAY })
      leaveChannel(root, `s${days}`, now - days * DAY)
    }
    settle()
    fold(30)
    expect(shown(edits())).toEqual(['s8 x 1', 's6 x 1', 's1 x 1'])
    fold(7)
    expect(shown(edits({ since: now - 8.5 * DAY }))).not.toContain('s8 x 1')
    expect(shown(edits())).toContain('s6 x 1')
    take('late', 'x', { at: now })
    leaveChannel(root, 'late', now)
    settle()
    removeOldEdits(root, { now: now + 10 * DAY, days: 7 })
    expect([names(ENDED_FOLDER), edits()]).toEqual([[], []])
  })

  it('nothing at all with zero days', () => {
    take('a', 'x', { at: now - 10 })
    leaveChannel(root, 'a', now)
    settle()
    fold(0)
    expect(names(ENDED_FOLDER)).toEqual([])
  })
})

it('damage and foreign files are passed over', () => {
  fs.mkdirSync(join(root, ENDED_FOLDER), { recursive: true })
  fs.writeFileSync(join(root, ENDED_FOLDER, 'no session'), 'x')
  fs.writeFileSync(join(root, ENDED_FOLDER, '../..+x+1.jsonl'.replaceAll('/', '_')), '{}')
  fs.writeFileSync(join(root, ENDED_FOLDER, 'a++1.jsonl'), '{"t":1,"s":"b","f":[["x",1]]}\nnonsense\n{"t":"1"}\n')
  fs.symlinkSync('/etc/passwd', join(root, ENDED_FOLDER, 'c++1.jsonl'))
  fs.writeFileSync(
    join(root, dayPath(Math.floor(now / DAY))),
    `\u0000{"z":}\n{"z":${now}}\n{"z":${now},"f":"x","s":"../up"}\n`,
  )
  expect(edits()).toEqual([])
  fs.rmSync(join(root, 'hook'), { recursive: true })
  fs.symlinkSync(tmpdir(), join(root, 'hook'))
  expect(edits()).toEqual([])
  expect(() => fold()).not.toThrow()
})
