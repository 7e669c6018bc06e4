import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkedLine } from '../system/checksum.js'
import {
  type EditOutcome,
  type Fact,
  HOT_VARIABLES,
  isStillQuiet,
  type PayloadValue,
  removeOldNotes,
  removeQuietNote,
  type SeenNote,
  writeQuietNote,
} from './quiet-note.js'

let home = ''
beforeEach(() => {
  home = fs.mkdtempSync(join(tmpdir(), 'rally-quiet-'))
})
afterEach(() => fs.rmSync(home, { recursive: true, force: true }))

const folder = () => join(home, '.cache/rally/quiet')
const note = (name = 'toy.one') =>
  JSON.parse(checkedLine(fs.readFileSync(join(folder(), `${name}.json`), 'utf8')) ?? '')
const NOW = Date.now() / 1000

const outcome = (moment: string, more: Partial<EditOutcome> = {}): EditOutcome => ({
  host: 'toy',
  sessionId: 'one',
  paths: ['/room/a', '/room/b'],
  call: () => ({
    event: 'edit',
    moment,
    reads: { payload: [[['id'], 'one'], [['none']]], env: ['X', null] },
    stdout: '{}',
  }),
  quiet: { from: NOW, until: NOW + 20 },
  ...more,
})

/** As the starter hands it over: long settled, nothing changed since the note was written. */
const seen = (more: Partial<SeenNote> = {}): SeenNote => ({
  paths: ['/room/a', '/room/b'],
  facts: [[1, 2, 3.5], null],
  at: NOW * 1000,
  changed: NOW * 1000 - 60_000.5,
  stands: true,
  edits: [],
  ...more,
})

describe('the note of a session', () => {
  it('names its files first, and says no more until somebody looked at them in time', () => {
    writeQuietNote({ HOME: home, GIT_DIR: '/x' }, undefined, outcome('m'))
    expect(note()).toEqual({
      env: HOT_VARIABLES.flatMap((name) => [name, name === 'HOME' ? home : name === 'GIT_DIR' ? '/x' : null]),
      journal: join(home, '.local/state/rally/hooks.jsonl'),
      paths: ['/room/a', '/room/b'],
      edits: [],
    })
    expect(fs.statSync(join(folder(), 'toy.one.json')).mode & 0o777).toBe(0o600)
    expect(fs.statSync(folder()).mode & 0o777).toBe(0o700)
    expect(fs.readdirSync(folder())).toEqual(['toy.one.json'])
  })

  it('then holds what was seen before the answer, and what was answered', () => {
    writeQuietNote({ HOME: home }, seen(), outcome('m'))
    expect(note()).toMatchObject({
      facts: [[1, 2, 3.5], null],
      edits: [
        {
          event: 'edit',
          moment: 'm',
          from: NOW,
          until: NOW + 20,
          stdout: '{}',
          payload: [[['id'], 'one'], [['none']]],
          env: ['X', null],
        },
      ],
    })
  })

  it('keeps other edits while its files are as they were, the newest eight, each once', () => {
    const edits = Array.from({ length: 12 }, (_, index) => ({ moment: `m${index}`, event: 'edit' }))
    writeQuietNote({ HOME: home }, seen({ edits }), outcome('m10'))
    expect(note().edits.map(({ moment }: { moment: string }) => moment)).toEqual([
      ...['m4', 'm5', 'm6', 'm7', 'm8', 'm9', 'm11', 'm10'],
    ])
    writeQuietNote({ HOME: home }, seen({ edits, stands: false }), outcome('m10'))
    expect(note().edits).toHaveLength(1)
  })

  it('is not written where a file may have changed unseen since it was looked at', () => {
    writeQuietNote({ HOME: home }, seen({ changed: NOW * 1000 - 20 }), outcome('m'))
    expect(fs.existsSync(folder())).toBe(false)
    // A time in whole seconds: a file system that keeps no more.
    const second = Math.floor(NOW) * 1000 - 1000
    writeQuietNote({ HOME: home }, seen({ at: second + 1500, changed: second }), outcome('m'))
    expect(fs.existsSync(folder())).toBe(false)
    writeQuietNote({ HOME: home }, seen({ at: second + 2500, changed: second }), outcome('m'))
    expect(note().edits).toHaveLength(1)
  })

  it('is not written anew when an edit was not quiet, but is when it depends on other files', () => {
    writeQuietNote({ HOME: home }, seen(), outcome('m', { quiet: undefined }))
    expect(fs.existsSync(folder())).toBe(false)
    writeQuietNote({ HOME: home }, seen(), outcome('m', { paths: ['/room/a'] }))
    expect(note()).toMatchObject({ paths: ['/room/a'], edits: [] })
    expect(note().facts).toBeUndefined()
  })

  it.each([
    ['a long one', [[['patch'], 'x'.repeat(401)]]],
    [
      'several lines',
      [
        [['id'], 'one'],
        [['patch'], '*** Update File: a\n+secret'],
      ],
    ],
    ['many values', Array.from({ length: 41 }, (_, index) => [[`k${index}`], index])],
  ] as [string, PayloadValue[]][])(
    'keeps nothing of a payload with %s, which is then known by its moment',
    (_what, payload) => {
      const call = () => ({ event: 'edit', moment: 'm', reads: { payload, env: [] }, stdout: '' })
      writeQuietNote({ HOME: home }, seen(), outcome('m', { call }))
      expect(note().edits).toEqual([{ event: 'edit', moment: 'm', from: NOW, until: NOW + 20, stdout: '' }])
    },
  )

  it('has no room for a moment that is very long, and none for a call that cannot be traced', () => {
    writeQuietNote({ HOME: home }, seen(), outcome('m'.repeat(5000)))
    writeQuietNote({ HOME: home }, seen(), outcome('m', { call: () => undefined }))
    expect(fs.existsSync(folder())).toBe(false)
  })

  it('is kept nowhere without a home, for an id that is no file name, or where nothing can be written', () => {
    writeQuietNote({}, seen(), outcome('m'))
    writeQuietNote({ HOME: home }, seen(), outcome('m', { sessionId: '../one' }))
    writeQuietNote({ HOME: join(home, 'not/there') }, seen(), outcome('m'))
    writeQuietNote({ XDG_CACHE_HOME: '/proc/nowhere', HOME: home }, seen(), outcome('m'))
    fs.writeFileSync(join(home, 'file'), '')
    writeQuietNote({ XDG_CACHE_HOME: join(home, 'file'), HOME: home }, seen(), outcome('m'))
    expect(fs.readdirSync(home)).toEqual(['file'])
  })

  it('leaves nothing behind where it cannot be put in its place', () => {
    fs.mkdirSync(join(folder(), 'toy.one.json/in-the-way'), { recursive: true })
    writeQuietNote({ HOME: home }, seen(), outcome('m'))
    expect(fs.readdirSync(folder())).toEqual(['toy.one.json'])
  })

  it('goes with its session, and after a day if nobody said goodbye', () => {
    for (const sessionId of ['one', 'two', 'three']) {
      writeQuietNote({ HOME: home }, seen(), outcome('m', { sessionId }))
    }
    removeQuietNote({ HOME: home }, 'toy', 'one')
    removeQuietNote({ HOME: home }, 'toy', 'one')
    removeQuietNote({ HOME: home }, 'toy', '../toy.two')
    removeQuietNote({}, 'toy', 'two')
    const old = new Date((NOW - 25 * 3600) * 1000)
    fs.utimesSync(join(folder(), 'toy.two.json'), old, old)
    removeOldNotes({ HOME: home }, NOW)
    removeOldNotes({}, NOW)
    removeOldNotes({ HOME: join(home, 'not-there') }, NOW)
    expect(fs.readdirSync(folder())).toEqual(['toy.three.json'])
  })
})

describe('the same moment once more', () => {
  const edits = [{ moment: 'm', from: NOW, until: NOW + 20 }, { moment: 'odd', from: '0', until: null }, null, 7]
  const facts: readonly Fact[] = []

  it.each([
    ['while it holds', {}, 'm', 0, true],
    ['until it is over', {}, 'm', 19.9, true],
    ['not when it is over', {}, 'm', 20, false],
    ['not by a clock that was set back', {}, 'm', -1, false],
    ['not when a file changed', { stands: false }, 'm', 0, false],
    ['not for another moment', {}, 'n', 0, false],
    ['not by a damaged note', {}, 'odd', 0, false],
  ] as const)('is quiet %s', (_when, more, moment, after, expected) => {
    expect(isStillQuiet(seen({ edits, facts, ...more }), moment, NOW + after)).toBe(expected)
  })
})
