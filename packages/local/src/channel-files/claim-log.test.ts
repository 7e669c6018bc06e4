import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { appendClaim, appendRelease, CLAIMS_FOLDER, readClaims, sliceOf } from './claim-log.js'
import { forgetWork } from './leave-channel.js'

/** The start of a slice. */
const NOW = 900 * 2_000_000

let root = ''
beforeEach(() => {
  root = fs.mkdtempSync(join(tmpdir(), 'rally-claims-'))
})
afterEach(() => fs.rmSync(root, { recursive: true, force: true }))

const claim = (sessionId: string, path: string, now: number, { since = now, worktree = '/w' } = {}) =>
  appendClaim(root, { sessionId, tool: 't' }, { worktree, files: [{ path, since }] }, now)
const read = (sessionId: string, paths: string[], now: number, caseInsensitive = false) =>
  readClaims(root, { sessionId, paths, now, caseInsensitive }).map(({ sessionId: id, path }) => `${id} ${path}`)

describe('the claim log', () => {
  it('answers the asked files of everybody and all files of the asked session', () => {
    claim('a', 'x', NOW)
    claim('a', 'y', NOW + 1)
    claim('b', 'x', NOW + 2)
    claim('b', 'z', NOW + 3)
    expect(read('b', ['x'], NOW + 4).sort()).toEqual(['a x', 'a y', 'b x', 'b z'])
    expect(read('c', ['y'], NOW + 4).sort()).toEqual(['a x', 'a y'])
    expect(read('c', ['nothing'], NOW + 4)).toEqual([])
  })

  it('reaches over the end of a slice, and forgets older ones', () => {
    claim('a', 'x', NOW - 1)
    expect(read('b', ['x'], NOW + 1)).toEqual(['a x'])
    expect(read('b', ['x'], NOW + 899)).toEqual(['a x'])
    expect(read('b', ['x'], NOW + 900)).toEqual([])
    expect(fs.readdirSync(join(root, CLAIMS_FOLDER))).toEqual([`${sliceOf(NOW - 1)}.jsonl`])
  })

  it('sees what was claimed before the clock was set back', () => {
    claim('a', 'x', NOW + 10)
    expect(read('b', ['x'], NOW - 50)).toEqual(['a x'])
    expect(read('a', [], NOW - 50)).toEqual(['a x'])
  })

  it('forgets the work of a session that left, and nobody else’s', () => {
    claim('a', 'x', NOW)
    claim('b', 'x', NOW + 1)
    for (const id of ['a', 'b'])
      for (const end of ['jsonl', 'told.json']) fs.writeFileSync(join(root, 'hook', `${id}.${end}`), '')
    forgetWork(root, { sessionId: 'a', now: NOW + 2, name: undefined })
    expect(read('c', ['x'], NOW + 3)).toEqual(['b x'])
    expect(fs.readdirSync(join(root, 'hook')).sort()).toEqual(['a.told.json', 'b.jsonl', 'b.told.json', 'claims'])
    const log = join(root, CLAIMS_FOLDER, `${sliceOf(NOW)}.jsonl`)
    const before = fs.readFileSync(log, 'utf8')
    forgetWork(root, { sessionId: 'a', now: NOW + 4, name: undefined })
    forgetWork(root, { sessionId: 'nobody', now: NOW + 4, name: undefined })
    expect(fs.readFileSync(log, 'utf8')).toBe(before)
  })

  it('joins claims of one stretch of work and begins anew after a pause or a release', () => {
    const entry = (now: number) => readClaims(root, { sessionId: 'a', paths: [], now, caseInsensitive: false })[0]
    claim('a', 'x', NOW)
    claim('a', 'x', NOW + 100, { since: NOW })
    const first = entry(NOW + 101)
    expect(first).toMatchObject({ since: NOW, last: NOW + 100 })
    appendRelease(root, 'a', NOW + 110, { worktree: '/w', paths: ['x'] })
    expect(entry(NOW + 111)).toBeUndefined()
    claim('a', 'x', NOW + 120)
    expect(entry(NOW + 121)).toMatchObject({ since: NOW + 120, last: NOW + 120 })
    expect(entry(NOW + 121)?.order).toBeGreaterThan(first?.order ?? 0)
    appendRelease(root, 'a', NOW + 130, 'all')
    expect(entry(NOW + 131)).toBeUndefined()
  })

  it('keeps working trees apart', () => {
    claim('a', 'x', NOW)
    claim('a', 'x', NOW, { worktree: '/other' })
    appendRelease(root, 'a', NOW, { worktree: '/w', paths: ['x'] })
    expect(readClaims(root, { sessionId: 'a', paths: [], now: NOW, caseInsensitive: false })).toMatchObject([
      { worktree: '/other' },
    ])
  })

  it('finds names in another spelling where the file system does', () => {
    claim('a', 'src/Größe.ts', NOW)
    expect(read('b', ['SRC/GRO\u0308ßE.ts'], NOW, true)).toEqual(['a src/Größe.ts'])
    expect(read('b', ['src/größe.ts'], NOW)).toEqual([])
    expect(read('b', ['src/Größe.ts'], NOW)).toEqual(['a src/Größe.ts'])
  })

  it('bears names with quotes and line breaks, and lines of others', () => {
    claim('a', 'we"ird\n{"s":"b"}', NOW)
    const path = join(root, CLAIMS_FOLDER, `${sliceOf(NOW)}.jsonl`)
    fs.appendFileSync(path, 'null\n"x"\n{"s":"../../etc","t":1,"f":[["x",1]]}\n{"s":"c","t":"now","f":[["x",1]]}\n')
    fs.appendFileSync(path, `{"s":"d","t":${NOW},"w":"/w","f":["x",[7],[],["x"]]}\n`)
    expect(read('b', ['we"ird\n{"s":"b"}'], NOW)).toEqual(['a we"ird\n{"s":"b"}'])
    expect(read('b', ['x'], NOW)).toEqual(['d x'])
  })

  it('leaves out a line that is still being written', () => {
    claim('a', 'x', NOW)
    const path = join(root, CLAIMS_FOLDER, `${sliceOf(NOW)}.jsonl`)
    const line = fs.readFileSync(path, 'utf8')
    fs.appendFileSync(path, line.replace('"a"', '"b"').slice(0, -1))
    expect(read('c', ['x'], NOW)).toEqual(['a x'])
  })
})
