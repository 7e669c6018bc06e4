import { spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { join } from 'node:path'
import { postRecord } from '@rally/core/usecases/log/post-record'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { RALLY, World } from '../support/world.js'

const DIE_AT = join(import.meta.dirname, 'children', 'die-at.cjs')
/** More calls to the file system than an archiving makes. */
const MANY = 2_000
/** The last calls of an archiving: those that change something are among them. */
const LAST = 24

let world: World
beforeEach(() => {
  world = new World()
})
afterEach(() => world.remove())

const COMPACT = ['compact', '--min-size', '1', '--json']

/** Runs it until it kills itself at that call; answers whether it came through. */
function compactDyingAt(call: number): boolean {
  const { signal } = spawnSync(process.execPath, ['--require', DIE_AT, RALLY, ...COMPACT], {
    cwd: world.repo,
    env: { ...world.env, RALLY_TEST_ROOM: world.channel, RALLY_TEST_DIES_AT: String(call) },
    encoding: 'utf8',
  })
  return signal === null
}

const archives = () => fs.readdirSync(world.channel).filter((name) => name.startsWith('changes.jsonl.'))

/** The records of all files, by the number in their text. */
async function stored(): Promise<number[]> {
  const room = await world.open(`reader-${Math.random()}`)
  const { records } = await room.transport.log.read({ revision: 0, changes_offset: 0 })
  const revisions = records.map(({ revision }) => revision)
  expect(new Set(revisions).size, 'no number twice').toBe(revisions.length)
  return records.flatMap(({ payload }) => (typeof payload.n === 'number' ? [payload.n] : [])).sort((a, b) => a - b)
}

it('an archiving that is killed at any of its last steps loses no record and repeats none, also while others write', async () => {
  const writer = await world.open('writer')
  let written = 0
  const post = async (count: number) => {
    for (let i = 0; i < count; i++) await postRecord(writer, { kind: 'feedback', payload: { n: written++ } })
  }
  await post(20)
  // How many calls there are: halved until one survives.
  let low = 1
  let high = MANY
  expect(compactDyingAt(high - (high % 3))).toBe(true)
  while (high - low > 3) {
    const middle = Math.floor((low + high) / 2)
    const call = middle - (middle % 3)
    await post(2)
    if (compactDyingAt(call)) high = middle
    else low = middle
  }
  for (let call = Math.max(1, high - LAST); call <= high + 3; call++) {
    await post(2)
    compactDyingAt(call)
    expect(await stored(), `killed at call ${call} of ${high}`).toEqual(Array.from({ length: written }, (_, n) => n))
  }
  expect(archives().length).toBeGreaterThan(1)
  // A writer of the other kind: it appends to the log by name, without a lock, while the log is archived again and again.
  const appender = spawn(process.execPath, [
    '-e',
    `const fs = require('node:fs')
     for (let n = 0; n < 400; n++) {
       const fd = fs.openSync(${JSON.stringify(join(world.channel, 'changes.jsonl'))}, 'a')
       fs.writeSync(fd, JSON.stringify({ ts: 1, kind: 'feedback', tool: 'py', payload: { n: 100000 + n }, revision: 1000000 + n }) + '\\n')
       fs.closeSync(fd)
     }`,
  ])
  const ended = new Promise((resolve) => appender.on('close', resolve))
  for (let round = 0; round < 4; round++) expect(world.json(COMPACT.slice(0, -1)).ok).toBe(true)
  await ended
  const all = await stored()
  expect(all.filter((n) => n >= 100_000)).toHaveLength(400)
  expect(all.filter((n) => n < 100_000)).toHaveLength(written)
})

it('numbers go on, open matters and cursors stay, and what is small or open is kept', async () => {
  const session = ['--session-id', 'a', '--tool', 'codex']
  world.json(['post', 'feedback', '--message', 'one', ...session])
  expect(world.json(['compact'])).toMatchObject({ ok: true, outcome: 'small', archive: null })
  world.json(['status', ...session])
  const escalated = world.json(['escalate', '--reason', 'which one?', ...session])
  expect(escalated.ok).toBe(true)
  expect(world.json(COMPACT.slice(0, -1))).toMatchObject({ outcome: 'kept-open', open: 1 })
  expect(world.json([...COMPACT.slice(0, -1), '--with-open', '--dry-run'])).toMatchObject({ outcome: 'would' })
  expect(archives()).toEqual([])
  const inbox = fs.readdirSync(world.channel).includes('inbox')
  const done = world.json([...COMPACT.slice(0, -1), '--with-open'])
  expect(done).toMatchObject({ ok: true, outcome: 'archived' })
  expect(done.archive).toMatch(/^changes\.jsonl\.\d{4}-\d{2}-\d{2}$/)
  expect(fs.readdirSync(world.channel).includes('inbox')).toBe(inbox)
  expect(world.json(['status', ...session])).toMatchObject({ status: 'blocked', escalation_count: 1 })
  world.json(['post', 'feedback', '--message', 'two', ...session])
  expect(world.json(['status', ...session]).revision).toBe(3)
  expect(world.json([...COMPACT.slice(0, -1), '--with-open']).archive).toMatch(/\.2$/)
  expect(JSON.stringify(world.json(['log', '--grep', 'one']))).toContain('one')
})
