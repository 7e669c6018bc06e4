import type { RoomPicture } from '@rally/core/model/room-picture'
import { describe, expect, it } from 'vitest'
import type { KeyedEntry } from '../../stream/room-news.js'
import { draw } from './draw.js'
import { History } from './history.js'
import { makeScene } from './scene.js'
import { TaskHistory } from './task-history.js'
import { follow, lastSecs, pan, ticks, zoom } from './window.js'

const NOW = 1_800_000_000

function entry(key: string, at: number, more: Partial<KeyedEntry> = {}): KeyedEntry {
  const known = { type: 'edit', kind: 'edit', id: key, number: null, by: 'claude-1', session_id: null } as const
  return { ...known, tool: null, to: null, files: [], text: '', key, at, ...more }
}

function picture(...names: string[]): RoomPicture {
  const agents = names.map((name) => ({
    ...{
      name,
      session_id: name,
      tool: 't',
      parent: null,
      children: 0,
      state: 'working' as const,
      since: NOW,
      task: 'cart',
    },
    ...{
      task_source: 'said' as const,
      branch: null,
      worktree: null,
      machine: null,
      files: [],
      claims: [],
      unread: null,
    },
    self: false,
  }))
  return {
    room: { app: 'shop', branch: null, repo_root: null, machine: null, revision: 1, at: NOW },
    ...{ verdict: { status: 'clear', because: [] }, agents, collisions: [], questions: [], messages: [], people: [] },
  }
}

function sceneOf(entries: readonly KeyedEntry[], names: readonly string[] = ['claude-1', 'codex-1']) {
  const [history, tasks, seen] = [new History(), new TaskHistory(), picture(...names)]
  history.add(entries)
  tasks.note(seen)
  return { history, scene: makeScene({ history, tasks, picture: seen, person: 'ann', now: NOW }) }
}

describe('history', () => {
  it('keeps each entry once, in order of time, the newest telling of it', () => {
    const history = new History()
    history.add([entry('b', 20), entry('a', 10, { count: 1 })])
    history.add([entry('c', 15), entry('a', 10, { count: 2 })])
    expect(history.entries.map(({ key, count }) => [key, count])).toEqual([
      ['a', 2],
      ['c', undefined],
      ['b', undefined],
    ])
    expect([history.indexAt(9), history.indexAt(15), history.indexAt(16), history.indexAt(99)]).toEqual([0, 1, 2, 3])
  })

  it('knows how far back it reaches', () => {
    const history = new History()
    history.add([entry('a', 50)])
    history.reached(10, true)
    expect(history.since).toBe(50)
    history.reached(10, false)
    expect(history.since).toBe(10)
  })
})

describe('what is drawn', () => {
  it('a lane for who is here, then for whoever did something', () => {
    const { scene } = sceneOf([entry('a', NOW - 5, { by: 'gemini-1' }), entry('b', NOW - 9, { by: 'cursor-1' })])
    expect(scene.lanes).toEqual(['claude-1', 'codex-1', 'gemini-1', 'cursor-1'])
  })

  it('a task from the arrival on, a claim until its release, a collision as long as the file is edited', () => {
    const { scene } = sceneOf([
      entry('a', NOW - 500, { type: 'arrival', kind: 'arrived' }),
      entry('b', NOW - 400, { type: 'claim', kind: 'claim', files: ['src/'] }),
      entry('c', NOW - 300, { type: 'told', kind: 'collision', files: ['src/a.ts'] }),
      entry('d', NOW - 290, { files: ['src/a.ts'], until: NOW - 250, by: 'codex-1' }),
      entry('e', NOW - 200, { type: 'claim', kind: 'release', files: ['src/'] }),
    ])
    expect(scene.tasks).toContainEqual(expect.objectContaining({ lane: 0, start: NOW - 500, end: NOW, label: 'cart' }))
    expect(scene.claims).toMatchObject([{ lane: 0, start: NOW - 400, end: NOW - 200, label: 'src/' }])
    expect(scene.collisions).toMatchObject([{ lane: 0, start: NOW - 300, end: NOW - 250, label: 'src/a.ts' }])
  })

  it('of 50,000 events only so much as can be told apart', () => {
    const names = Array.from({ length: 20 }, (_, at) => `claude-${at}`)
    const types = ['edit', 'message', 'told', 'record'] as const
    const many = Array.from({ length: 50_000 }, (_, at) => {
      const type = types[at % 4] ?? 'edit'
      return entry(`k${at}`, NOW - 604_800 + at * 12, { type, kind: type, by: `claude-${at % 20}` })
    })
    const { history, scene } = sceneOf(many, names)
    let calls = 0
    const count = () => {
      calls += 1
    }
    const pen = new Proxy({}, { get: () => count, set: () => true })
    const palette = { text: '', faint: '', line: '', task: '', edit: '', message: '' }
    const more = { claim: '', collision: '', told: '', record: '', focus: '' }
    const show = (secs: number) => {
      calls = 0
      const common = { scene, history, width: 1400, left: 120, now: NOW, wanted: undefined, focus: undefined }
      const window = lastSecs(secs, NOW)
      return draw(pen as CanvasRenderingContext2D, { ...common, window, palette: { ...palette, ...more } })
    }
    expect(show(604_800)).toBeLessThan(9000)
    expect(calls).toBeLessThan(20_000)
    expect(show(604_800)).toBeGreaterThan(1000)
    expect(show(7200)).toBeLessThan(700)
    expect(calls).toBeLessThan(5000)
  })
})

describe('the window', () => {
  it('goes on with the clock, until it is moved into the past, and again when it comes back', () => {
    const live = lastSecs(300, NOW)
    expect(follow(live, NOW + 60).end - live.end).toBeCloseTo(60)
    const past = pan(live, -300, NOW)
    expect(follow(past, NOW + 60)).toBe(past)
    expect(pan(past, 400, NOW).live).toBe(true)
  })

  it('zooms around a moment, between a minute and eight days', () => {
    const past = pan(lastSecs(3600, NOW), -7200, NOW)
    const near = zoom(past, { factor: 0.5, at: past.start, now: NOW })
    expect([near.start, near.end - near.start]).toEqual([past.start, 1800])
    expect(zoom(past, { factor: 1e-9, at: past.start, now: NOW })).toMatchObject({ live: false })
    const { start, end } = zoom(past, { factor: 1e9, at: past.start, now: NOW })
    expect(end - start).toBeCloseTo(8 * 86_400)
  })

  it.each([60, 300, 3600, 86_400, 604_800])('has a readable scale for %i seconds', (secs) => {
    const found = ticks(lastSecs(secs, NOW), 10)
    expect(found.length).toBeGreaterThan(2)
    expect(found.length).toBeLessThan(13)
  })
})
