import fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { World } from '../support/world.js'
import { brokenPromises, readChannel, startBusySession } from './busy-sessions.js'

/** RALLY_CRASH_ROUNDS=200 node scripts/test.mjs test/crash */
const ROUNDS = Number(process.env.RALLY_CRASH_ROUNDS ?? 20)
const WRITERS = 8

let world: World
beforeEach(() => {
  world = new World()
})
afterEach(() => world.remove())

it(
  `loses nothing acknowledged when eight writers are killed at random points, ${ROUNDS} times`,
  async () => {
    const bystander = startBusySession(world, { sessionId: 'bystander', seed: 1 })
    const told: { sessionId: string; lines: string[] }[] = []
    let before = ''
    for (let round = 0; round < ROUNDS; round++) {
      const writers = Array.from({ length: WRITERS }, (_, n) =>
        startBusySession(world, { sessionId: `w${round}-${n}`, seed: round * 100 + n }),
      )
      // All at work, each killed at its own moment.
      await Promise.all(
        writers.map(async (writer) => {
          const enough = 1 + Math.floor(Math.random() * 25)
          while (writer.lines().length < enough) await new Promise((resolve) => setTimeout(resolve, 1))
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 5))
          writer.process.kill('SIGKILL')
          told.push({ sessionId: writer.sessionId, lines: await writer.ended })
        }),
      )
      // What was there stays there, byte for byte.
      const log = fs.readFileSync(join(world.channel, 'changes.jsonl'), 'utf8')
      expect(log.startsWith(before)).toBe(true)
      before = log.slice(0, log.lastIndexOf('\n') + 1)
      // Nobody has to clean up after the dead: the very next command works.
      if (round % 5 === 0) {
        const next = world.rally(['post', 'feedback', '--message', 'next', '--session-id', 'next', '--json'])
        expect(next.stderr + next.stdout).toContain('"ok": true')
      }
    }
    bystander.process.kill('SIGTERM')
    told.push({ sessionId: 'bystander', lines: await bystander.ended })

    expect(told.flatMap(({ lines }) => lines).filter((line) => line.startsWith('refused'))).toEqual([])
    expect(brokenPromises(world.channel, told)).toEqual([])
    const { revisions, records, torn } = readChannel(world.channel)
    expect(new Set(revisions).size).toBe(revisions.length)
    expect(records.size).toBe(revisions.length)
    // A writer that dies inside its one write may leave a torn line, no more than one each.
    expect(torn.length).toBeLessThanOrEqual(ROUNDS * WRITERS)

    const status = world.json(['status', '--session-id', 'next'])
    expect(status.ok).toBe(true)
    expect(status.revision).toBe(Math.max(...revisions))
    expect(world.json(['roster', '--all']).ok).toBe(true)
  },
  60_000 + ROUNDS * 15_000,
)

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
