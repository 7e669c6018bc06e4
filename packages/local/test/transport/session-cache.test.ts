import fs from 'node:fs'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { listSessions } from '../../src/transport/sessions/list-sessions.js'
import { makeScratch, type Scratch } from '../support/scratch-channel.js'

const CROWD = 120
const LONG_AGO = new Date(Date.now() - 60_000)

let scratch: Scratch
beforeEach(() => {
  scratch = makeScratch()
  for (let n = 0; n < CROWD; n++) plant(`s${n}`, { task: `task ${n}` })
})
afterEach(() => {
  vi.restoreAllMocks()
  scratch.remove()
})

const fileOf = (id: string) => `sessions/${id}.json`

/** A record that was written a while ago, as any writer would. */
function plant(id: string, more: object): void {
  const record = { session_id: id, tool: 'codex', heartbeat_ts: 1, last_seen: 1, filler: 'x'.repeat(400), ...more }
  const path = scratch.write(`${fileOf(id)}.new`, JSON.stringify(record))
  fs.utimesSync(path, LONG_AGO, LONG_AGO)
  fs.renameSync(path, `${scratch.dir}/${fileOf(id)}`)
}

/** What another process lists, and how many records it opened. */
async function list(): Promise<{ sessions: unknown; opened: number }> {
  const opens = vi.spyOn(fs, 'openSync')
  const sessions = await scratch.open().sessions.list()
  const opened = opens.mock.calls.filter(([path]) => String(path).includes('/sessions/')).length
  opens.mockRestore()
  expect(sessions).toEqual(listSessions(scratch.dir))
  return { sessions, opened }
}

it('opens only what changed, and shows every change', async () => {
  expect((await list()).opened).toBe(CROWD)
  expect((await list()).opened).toBe(0)

  plant('s7', { task: 'another' })
  expect(await list()).toMatchObject({ opened: 1 })
  fs.rmSync(`${scratch.dir}/${fileOf('s8')}`)
  plant('new', {})
  expect((await list()).opened).toBe(2)

  // In place, of the same length, its time set back: only the time of the change of the inode tells.
  const path = `${scratch.dir}/${fileOf('s9')}`
  fs.writeFileSync(path, fs.readFileSync(path, 'utf8').replace('task 9', 'TASK 9'))
  fs.utimesSync(path, LONG_AGO, LONG_AGO)
  expect(JSON.stringify((await list()).sessions)).toContain('TASK 9')
})

it('always reads what is no plain file, cannot be read, or changed just now', async () => {
  await list()
  scratch.write(fileOf('broken'), '{"session_id":')
  fs.utimesSync(`${scratch.dir}/${fileOf('broken')}`, LONG_AGO, LONG_AGO)
  fs.symlinkSync('s1.json', `${scratch.dir}/${fileOf('link')}`)
  scratch.write(fileOf('fresh'), '{"session_id":"fresh"}')
  for (let round = 0; round < 2; round++) {
    const { sessions, opened } = await list()
    expect(opened).toBeGreaterThanOrEqual(2)
    expect(JSON.stringify(sessions)).toContain('"fresh"')
  }
})

it('does without a cache that is damaged, of another time, or has no place', async () => {
  await list()
  const folder = `${scratch.cache}/rally/${fs.readdirSync(`${scratch.cache}/rally`)[0]}`
  const stored = fs.readFileSync(`${folder}/sessions.json`, 'utf8')
  const marks = stored.match(/"s3\.json":\["([^"]+)"/)?.[1] ?? ''
  for (const text of [
    '',
    '{"format":1,"records":7}',
    stored.replace('"version":1', '"version":99'),
    stored.replace(`"s3.json":["${marks}",`, `"s3.json":["${marks}","no object",`),
    stored.replaceAll(/"s3\.json":\[/g, '"s3.json":["x",'),
  ]) {
    fs.writeFileSync(`${folder}/sessions.json`, text)
    await list()
  }
  const sessions = await scratch.open({ env: {} }).sessions.list()
  expect(sessions).toEqual(listSessions(scratch.dir))
})
