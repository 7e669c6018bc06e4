import type { RoomPicture } from '@rally/core/model/room-picture'
import { describe, expect, it } from 'vitest'
import { agentOf, entryOf, pictureOf } from '../../../test/support/pictures.js'
import type { KeyedEntry } from '../../stream/room-news.js'
import { draw } from './draw.js'
import { History } from './history.js'
import { makeScene } from './scene.js'
import { TaskHistory } from './task-history.js'
import { follow, lastSecs, pan, ticks, type Window, zoom } from './window.js'

const NOW = 1_800_000_000
const WEEK = 604_800
const PALETTE = {
  ...{ text: '', faint: '', line: '', task: '', edit: '', message: '' },
  ...{ claim: '', collision: '', told: '', record: '', focus: '' },
}

const entry = entryOf
const picture = (...names: string[]): RoomPicture =>
  pictureOf(
    names.map((name) => agentOf(name, { session_id: name, task: 'cart', task_source: 'said', since: NOW })),
    { room: { ...pictureOf([]).room, at: NOW } },
  )

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

  it('of 50,000 events only so much as can be told apart, at every zoom and wherever it stands', () => {
    const names = Array.from({ length: 20 }, (_, at) => `claude-${at}`)
    const kinds = [
      ...[
        ['edit', 'edit'],
        ['message', 'message'],
        ['told', 'collision'],
        ['record', 'feedback'],
      ],
      ...[
        ['claim', 'claim'],
        ['edit', 'edit'],
        ['claim', 'release'],
        ['arrival', 'arrived'],
      ],
    ] as const
    const many = Array.from({ length: 50_000 }, (_, at) => {
      const [type, kind] = kinds[Math.floor(at / 20) % kinds.length] ?? kinds[0]
      const more = { type, kind, by: `claude-${at % 20}`, to: `claude-${at % 7}`, files: [`src/${at % 300}.ts`] }
      return entry(`k${at}`, NOW - WEEK + at * (WEEK / 50_000), more)
    })
    const { history, scene } = sceneOf(many, names)
    let calls = 0
    const count = () => {
      calls += 1
    }
    const pen = new Proxy({}, { get: () => count, set: () => true }) as CanvasRenderingContext2D
    const show = (window: Window) => {
      calls = 0
      const common = { scene, history, width: 1400, left: 120, now: NOW, wanted: undefined, focus: undefined }
      return draw(pen, { ...common, window, palette: PALETTE })
    }
    let most = { marks: 0, calls: 0 }
    for (let secs = 60; secs <= 8 * 86_400; secs *= 2)
      for (const back of [0, secs, WEEK / 2, WEEK - secs, WEEK]) {
        const window = pan(lastSecs(secs, NOW), -back, NOW)
        const marks = show(window)
        const inside = history.indexAt(window.end) - history.indexAt(window.start)
        expect(marks, `${secs} s, ${back} s back`).toBeLessThanOrEqual(inside)
        most = { marks: Math.max(most.marks, marks), calls: Math.max(most.calls, calls) }
      }
    expect(most.marks).toBeLessThan(13_000)
    expect(most.calls).toBeLessThan(45_000)
    expect(show(lastSecs(WEEK, NOW))).toBeGreaterThan(1000)
    // What is not visible costs nothing, marks or stretches.
    show(lastSecs(60, NOW))
    expect(calls).toBeLessThan(2000)
    show(pan(lastSecs(3600, NOW), -2 * WEEK, NOW))
    expect(calls).toBeLessThan(200)
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
