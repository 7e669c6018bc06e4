import { type ChildProcess, execFileSync, fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { claimFiles, listClaims, releaseFiles } from '@rally/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openRoom } from '../src/open-room.js'

const CHILD = fileURLToPath(new URL('./children/room-child.mjs', import.meta.url))
const SESSIONS = 16
const ROUNDS = 50
/** Each of them names `a.ts` in the folder of its round. */
const PATTERNS = ['a.ts', '', '**', '*', '*.ts', '**/a.ts', 'a*']

let folder: string
let repo: string
let env: Record<string, string>
let children: ChildProcess[] = []

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'rally claims ')))
  repo = join(folder, 'my shop')
  mkdirSync(repo)
  execFileSync('git', ['init', '-q', '-b', 'main'], { cwd: repo })
  env = { PATH: process.env.PATH ?? '', HOME: folder, AGENT_RALLY_APPS_ROOT: join(folder, 'apps') }
})

afterEach(async () => {
  const gone = children.map((child) => new Promise((resolve) => child.once('exit', resolve)))
  for (const child of children) child.disconnect()
  await Promise.all(gone)
  children = []
  rmSync(folder, { recursive: true, force: true })
})

function answerOf(child: ChildProcess): Promise<number[]> {
  return new Promise((resolve, reject) => {
    child.once('message', (message: { answer?: unknown; error?: string }) =>
      Array.isArray(message.answer) || message.answer === 'ready'
        ? resolve(Array.isArray(message.answer) ? message.answer : [])
        : reject(new Error(message.error)),
    )
  })
}

it('goes to exactly one of sixteen processes in every round', async () => {
  children = Array.from({ length: SESSIONS }, (_, i) => fork(CHILD, [repo, `s${i}`], { env, stdio: 'inherit' }))
  await Promise.all(children.map(answerOf))
  const fences: number[] = []
  const winners = new Set<number>()
  for (let round = 0; round < ROUNDS; round++) {
    // All begin a round at once: none is ahead of the others.
    const got = await Promise.all(
      children.map((child) => {
        child.send({ action: 'claimFiles', count: round, patterns: PATTERNS })
        return answerOf(child)
      }),
    )
    expect(got.flat(), `round ${round}`).toHaveLength(1)
    fences.push(...got.flat())
    winners.add(got.findIndex((fence) => fence.length > 0))
  }
  // Every number was given once, in order, and none was left out; and the rounds were races.
  expect(fences).toEqual(Array.from({ length: ROUNDS }, (_, n) => n + 1))
  expect(winners.size).toBeGreaterThan(1)
  const room = await openRoom(repo, { sessionId: 'reader', tool: 'tester' }, { env })
  expect((await listClaims(room)).filter(({ holds }) => holds)).toHaveLength(ROUNDS)
  await room.close()
})

it('knows folders of the checkout, also from a subfolder', async () => {
  mkdirSync(join(repo, 'src', 'deep'), { recursive: true })
  const one = await openRoom(repo, { sessionId: 'one', tool: 'tester' }, { env })
  const two = await openRoom(join(repo, 'src'), { sessionId: 'two', tool: 'tester' }, { env })
  expect(await claimFiles(one, { patterns: ['src/deep'] })).toMatchObject({ claim: { patterns: ['src/deep/'] } })
  expect(await claimFiles(two, { patterns: ['deep/a.ts'] })).toMatchObject({ claimed: false })
  expect(await claimFiles(two, { patterns: ['deeper.ts'] })).toMatchObject({ claim: { patterns: ['src/deeper.ts'] } })
  expect(await releaseFiles(two, { what: 'deeper.ts' })).toMatchObject({ released: [{ id: 'c2' }] })
  await Promise.all([one.close(), two.close()])
})
