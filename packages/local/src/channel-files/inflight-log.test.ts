import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { appendClaim } from './claim-log.js'
import { announce, giveBack, IN_FLIGHT_FOLDER, ownSize, readOthersWork, readOwnWork } from './inflight-log.js'

let root = ''
let now = 0
beforeEach(() => {
  root = fs.mkdtempSync(join(tmpdir(), 'rally-inflight-'))
  now = Date.now() / 1000
})
afterEach(() => fs.rmSync(root, { recursive: true, force: true }))

const take = (sessionId: string, path: string, { at = now, since = Number.NaN } = {}) =>
  announce(
    root,
    { sessionId, tool: 't' },
    { worktree: '/w', files: [{ path, since: Number.isNaN(since) ? at : since }] },
    at,
  )
const own = (sessionId: string, at = now) => readOwnWork(root, sessionId, at).own.map(({ path }) => path)
const others = (sessionId: string, paths: string[], caseInsensitive = false) =>
  readOthersWork(root, { sessionId, paths, now, caseInsensitive }, []).others.map(
    (one) => `${one.sessionId} ${one.path}`,
  )

it('each session has its own file, and its length says whether anything was announced', () => {
  expect([own('a'), ownSize(root, 'a')]).toEqual([[], -1])
  take('a', 'x')
  take('agent:b@m', 'y')
  expect(fs.readdirSync(join(root, IN_FLIGHT_FOLDER)).sort()).toEqual(['a.jsonl', 'agent:b@m.jsonl'])
  expect(readOwnWork(root, 'a', now).size).toBe(ownSize(root, 'a'))
  expect(own('a')).toEqual(['x'])
})

it('a file is in flight from the start of the work until 15 minutes after it, or until it is given back', () => {
  take('a', 'x', { at: now - 100 })
  take('a', 'x', { since: now - 100 })
  expect(readOwnWork(root, 'a', now).own).toMatchObject([{ since: now - 100, last: now }])
  expect(own('a', now + 899)).toEqual(['x'])
  expect(own('a', now + 900)).toEqual([])
  take('a', 'y')
  giveBack(root, 'a', { worktree: '/w', paths: ['x'] }, now)
  expect(own('a')).toEqual(['y'])
  giveBack(root, 'a', 'all', now)
  expect(own('a')).toEqual([])
})

it('others are found by the path alone, whatever they are called', () => {
  take('a', 'x')
  take('b', 'X')
  take('c', 'z"\u00e9')
  expect(others('me', ['x'])).toEqual(['a x'])
  expect(others('me', ['x'], true).sort()).toEqual(['a x', 'b X'])
  expect(others('me', ['z"\u00e9'])).toEqual(['c z"\u00e9'])
  expect(others('a', ['x'])).toEqual([])
})

it('a line counts only in the file of its session, whole, and while somebody writes there', () => {
  take('a', 'x')
  fs.appendFileSync(join(root, IN_FLIGHT_FOLDER, 'a.jsonl'), `{"t":${now},"s":"b","w":"/w","f":[["x",1]]}\nnull\n{"t":`)
  expect(others('me', ['x'])).toEqual(['a x'])
  take('a', 'y')
  expect(own('a')).toEqual(['x', 'y'])
  fs.utimesSync(join(root, IN_FLIGHT_FOLDER, 'a.jsonl'), now - 1100, now - 1100)
  expect(others('me', ['x'])).toEqual([])
})

it('the common log adds the order of simultaneous claims, and those of earlier versions', () => {
  for (const id of ['late', 'early']) take(id, 'x')
  for (const sessionId of ['early', 'late', 'former'])
    appendClaim(root, { sessionId, tool: 't' }, { worktree: '/w', files: [{ path: 'x', since: now }] }, now)
  const query = { sessionId: 'late', paths: ['x'], now, caseInsensitive: false }
  const found = readOthersWork(root, query, readOwnWork(root, 'late', now).own)
  const order = Object.fromEntries([...found.own, ...found.others].map((one) => [one.sessionId, one.order]))
  expect(Object.keys(order).sort()).toEqual(['early', 'former', 'late'])
  expect(order.early).toBeLessThan(order.late ?? 0)
  expect(order.late).toBeLessThan(order.former ?? 0)
})
