import fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Chance, seeded } from '../simulator/seeded.js'
import { World } from '../support/world.js'
import { type BusySession, brokenPromises, readChannel, startBusySession } from './busy-sessions.js'
import { startCommand } from './killed-commands.js'
import { createDamageWatch } from './room-files.js'

/** RALLY_CRASH_ROUNDS=1000 node scripts/test.mjs test/crash: so many, however long they take, with figures. */
const ASKED = process.env.RALLY_CRASH_ROUNDS
const ROUNDS = Number(ASKED ?? 200)
/** What is killed where and when is drawn from this seed; what the processes make of it is their own. RALLY_CRASH_SEED takes another one. */
const SEED = Number(process.env.RALLY_CRASH_SEED ?? 20_260_101)
/** Unasked, a slow machine does what it can in this time (milliseconds), and no fewer rounds than these. */
const ENOUGH_MS = 45_000
const LEAST_ROUNDS = 40
/** Eight writers: some through the library, some real commands and hooks. */
const SESSIONS = 3
const COMMANDS = 5
/** Calls to the file system that a command makes in a room, and some more: now and then one survives. */
const CALLS = 60
/** Milliseconds after which a command counts as one that never ends. */
const NEVER_MS = 150_000
const NEXT: readonly (readonly string[])[] = [
  ['post', 'feedback', '--message', 'next'],
  ['status'],
  ['heartbeat', '--task-ref', 't'],
  ['presence', '--task', '1'],
  ['inbox', 'write', '--to', 'codex', '--message', 'next'],
  ['inbox', 'read'],
  ['ack-inbox'],
]

let world: World
let bystander: BusySession | undefined
beforeEach(() => {
  world = new World()
})
afterEach(async () => {
  bystander?.process.kill('SIGKILL')
  await bystander?.ended
  world.remove()
})

it(
  `loses nothing acknowledged when eight writers are killed at random points, ${ROUNDS} times`,
  async () => {
    bystander = startBusySession(world, { sessionId: 'bystander', seed: 1, pauseMs: 50 })
    const told: { sessionId: string; lines: string[] }[] = []
    const damages = createDamageWatch(world.channel)
    const figures = { killed: 0, finished: 0, slowest: 0 }
    const chance = seeded(SEED)
    const begin = performance.now()
    for (let round = 0; round < ROUNDS; round++) {
      if (ASKED === undefined && round >= LEAST_ROUNDS && performance.now() - begin > ENOUGH_MS) break
      // All at work, each killed at its own moment.
      const ends = await Promise.all([
        ...Array.from({ length: SESSIONS }, (_, n) => killedSession(`w${round}-${n}`, round * 100 + n, chance)),
        ...Array.from({ length: COMMANDS }, (_, n) => killedCommand(`c${round}-${n}`, round + n, chance)),
      ])
      told.push(...ends)
      for (const { wasKilled } of ends) figures[wasKilled ? 'killed' : 'finished']++
      expect(damages()).toEqual([])
      // Nobody has to clean up after the dead: the very next command works.
      const start = performance.now()
      const next = NEXT[round % NEXT.length] as readonly string[]
      const args = [...next, '--session-id', 'next', '--tool', 'codex', '--json']
      const { status, stdout, stderr } = world.rally(args, { timeout: NEVER_MS })
      figures.slowest = Math.max(figures.slowest, Math.round(performance.now() - start))
      expect([status, stderr], stdout).toEqual([0, ''])
      expect(JSON.parse(stdout)).toMatchObject({ ok: true })
    }
    bystander.process.kill('SIGTERM')
    told.push({ sessionId: 'bystander', lines: await bystander.ended })
    if (ASKED !== undefined) {
      const acknowledged = told.flatMap(({ lines }) => lines).length
      console.log(`${ROUNDS} rounds: ${JSON.stringify({ ...figures, acknowledged })}`)
    }

    expect(told.flatMap(({ lines }) => lines).filter((line) => line.startsWith('refused'))).toEqual([])
    expect(brokenPromises(world.channel, told)).toEqual([])
    const { revisions, records, torn } = readChannel(world.channel)
    expect(new Set(revisions).size).toBe(revisions.length)
    expect(records.size).toBe(revisions.length)
    // A writer that dies inside its one write may leave a torn line, no more than one each.
    expect(torn.length).toBeLessThanOrEqual(ROUNDS * (SESSIONS + COMMANDS))

    const status = world.json(['status', '--session-id', 'next'])
    expect(status.ok).toBe(true)
    expect(status.revision).toBe(Math.max(...revisions))
    expect(world.json(['roster', '--all']).ok).toBe(true)
  },
  60_000 + ROUNDS * 15_000,
)

/** A session that writes without rest through the library, killed from outside while it does. */
async function killedSession(sessionId: string, seed: number, chance: Chance) {
  const enough = 1 + chance.below(25)
  const pause = chance.below(6)
  const session = startBusySession(world, { sessionId, seed })
  while (session.lines().length < enough) await sleep(1)
  await sleep(pause)
  session.process.kill('SIGKILL')
  return { sessionId, lines: await session.ended, wasKilled: true }
}

/** A real executable, killed by the clock (mostly before it writes) or at one of its calls to the file system. */
async function killedCommand(sessionId: string, which: number, chance: Chance) {
  const byClock = chance.below(10) < 3
  const dieAt = byClock ? undefined : 1 + chance.below(CALLS)
  const pause = chance.below(600)
  const command = startCommand(world, { sessionId, which, dieAt })
  if (byClock) {
    await Promise.race([sleep(pause), command.ended])
    command.process.kill('SIGKILL')
  }
  return await command.ended
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

it('collects the temporary files of the dead, everywhere, and only when they are old', async () => {
  const room = await world.open('s1')
  const { post, writePresence } = await import('../../packages/core/dist/index.js')
  await post(room, { kind: 'feedback' })
  const leftovers = [
    'sessions/.a.json.tmp.1-ab',
    'rally/.lead.json.tmp.1-ab',
    'inbox/.acks/codex/.s.json.tmp.1-ab',
    'revision.tmp.77',
  ]
  const fresh = leftovers.map((name) => name.replace(/1-ab|77$/, '99999'))
  const old = Date.now() / 1000 - 7200
  for (const name of leftovers) fs.utimesSync(world.write(name, '{'), old, old)
  for (const name of fresh) world.write(name, '{')
  world.write('sessions/not-temporary.tmp.txt', 'x')
  await writePresence(room)
  const left = (names: string[]) => names.filter((name) => fs.existsSync(join(world.channel, name)))
  expect(left(leftovers)).toEqual([])
  expect(left(fresh)).toEqual(fresh)
})
