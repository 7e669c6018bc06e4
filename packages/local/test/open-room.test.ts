import { type ChildProcess, execFileSync, fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { post, writePresence } from '@rally/core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openRoom } from '../src/open-room.js'

const CHILD = fileURLToPath(new URL('./children/room-child.mjs', import.meta.url))
const SESSIONS = 16

let folder: string
let repo: string
let env: Record<string, string>
let children: ChildProcess[] = []

function makeRepository(): void {
  folder = mkdtempSync(join(tmpdir(), 'rally-room-'))
  repo = join(folder, 'shop')
  mkdirSync(repo)
  execFileSync('git', ['init', '-q', '-b', 'main'], { cwd: repo })
  env = { PATH: process.env.PATH ?? '', HOME: folder, AGENT_RALLY_APPS_ROOT: join(folder, 'apps') }
}

const removeAll = () => rmSync(folder, { recursive: true, force: true })

async function enter(): Promise<void> {
  makeRepository()
  children = Array.from({ length: SESSIONS }, (_, i) =>
    fork(CHILD, [repo, `s${i}`], { env, stdio: 'inherit', execArgv: ['--conditions=rally-internal'] }),
  )
  await Promise.all(children.map((child) => answerOf(child)))
}

async function leave(): Promise<void> {
  const gone = children.map((child) => new Promise((resolve) => child.once('exit', resolve)))
  for (const child of children) child.disconnect()
  await Promise.all(gone)
  removeAll()
}

function answerOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once('message', (message: { answer?: unknown; error?: string }) =>
      message.error === undefined ? resolve(message.answer) : reject(new Error(message.error)),
    )
  })
}

/** Every process does it at the same time. */
function everybody(action: string, count = 1): Promise<unknown[]> {
  return Promise.all(
    children.map((child) => {
      const answer = answerOf(child)
      child.send({ action, count })
      return answer
    }),
  )
}

const lines = (name: string) =>
  readFileSync(join(folder, 'apps/shop', name), 'utf8')
    .split('\n')
    // A writer that met another one's half-written line ends it first: a blank line, which every reader skips.
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

describe('openRoom', () => {
  beforeEach(makeRepository)
  afterEach(removeAll)

  it('opens the room of a folder for the session that is named', async () => {
    const room = await openRoom(repo, { sessionId: 's1', tool: 'ci' }, { env, producer: { producer_name: 'my-ci' } })
    await writePresence(room, { task: 'build' })
    await post(room, { kind: 'note' })
    expect(lines('sessions/s1.json')).toMatchObject([{ tool: 'ci', task: 'build', cwd: repo }])
    expect(lines('changes.jsonl')).toMatchObject([
      { bl_producer: { producer_name: 'my-ci', producer_version: '0.1.0' } },
    ])
    await room.close()
    await expect(post(room, { kind: 'note' })).rejects.toMatchObject({ code: 'CHANNEL_UNUSABLE' })
  })

  it('finds the session in the environment', async () => {
    const asking = { ...env, RALLY_SESSION_ID: 's2', RALLY_TOOL: 'codex' }
    expect((await openRoom(repo, {}, { env: asking })).session).toMatchObject({ sessionId: 's2', tool: 'codex' })
    const nobody = { ...env, RALLY_SESSION_ID: '' }
    expect((await openRoom(repo, {}, { env: nobody })).session).toMatchObject({ tool: 'human', source: 'person' })
    await expect(openRoom(repo, { tool: 'codex' }, { env })).rejects.toMatchObject({ code: 'SESSION_UNKNOWN' })
    await expect(openRoom(folder, { sessionId: 's1' }, { env })).rejects.toMatchObject({ code: 'NOT_A_REPOSITORY' })
  })
})

describe(`${SESSIONS} processes at once`, () => {
  beforeAll(enter)
  afterAll(leave)

  it('lose, tear and repeat nothing of 200 posts each', async () => {
    const posted = (await everybody('post', 200)).flat() as { revision: number; eventId: string; messageId: string }[]
    const total = SESSIONS * 200
    expect(new Set(posted.map(({ revision }) => revision)).size).toBe(total)
    const records = lines('changes.jsonl')
    expect(records.map(({ bl_revision: revision }) => revision)).toEqual(Array.from({ length: total }, (_, i) => i + 1))
    expect(new Set(records.map(({ event_id: id }) => id))).toEqual(new Set(posted.map(({ eventId }) => eventId)))
    const messages = lines('inbox/codex.jsonl')
    expect(messages).toHaveLength(total)
    expect(new Set(messages.map(({ id }) => id))).toEqual(new Set(posted.map(({ messageId }) => messageId)))
  })

  it('have one leader in each of 50 rounds', async () => {
    for (let round = 0; round < 50; round++) {
      const claims = await everybody('claim')
      expect(claims.filter(Boolean), `round ${round}`).toHaveLength(1)
      expect((await everybody('relinquish')).filter(Boolean), `round ${round}`).toHaveLength(1)
    }
  })

  it('acknowledge for one session without a failure', async () => {
    await everybody('post', 2)
    const { length } = lines('inbox/codex.jsonl')
    expect(await everybody('ack')).toEqual(Array(SESSIONS).fill(length))
    const cursor = readFileSync(join(folder, 'apps/shop/inbox/.acks/codex/shared.json'), 'utf8')
    expect(JSON.parse(cursor)).toMatchObject({ session_id: 'shared', direct: { line_count: length } })
  })
})
