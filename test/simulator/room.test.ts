import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createMemoryTransports } from '../../packages/core/dist/testing/memory-transport.js'
import { createTestRoom } from '../../packages/core/dist/testing/test-room.js'
import { createFileTransport } from '../../packages/local/dist/transport/create-file-transport.js'
import type { Bug } from './faulty-transport.js'
import { type Place, runRoomSchedule } from './room-schedule.js'
import { type Chance, seedsOf, Violation } from './seeded.js'

const SHARED_MEMORY = '/dev/shm'

function countingIds(chance: Chance) {
  let count = 0
  return {
    hex: (length: number) => (++count * 4096 + chance.below(4096)).toString(16).padStart(length, '0').slice(-length),
    digits: (length: number) => String(++count).padStart(length, '0').slice(-length),
  }
}

async function inMemory(chance: Chance): Promise<Place> {
  const { channel } = await createTestRoom()
  return { channel, transports: createMemoryTransports(countingIds(chance)), dispose: async () => {} }
}

async function inFiles(chance: Chance): Promise<Place> {
  const base = fs.mkdtempSync(join(fs.existsSync(SHARED_MEMORY) ? SHARED_MEMORY : tmpdir(), 'rally-sim-'))
  const dir = join(base, 'apps', 'demo-app')
  const { channel } = await createTestRoom({ dir, appsRoot: join(base, 'apps') })
  const ids = countingIds(chance)
  const env = { XDG_CACHE_HOME: join(base, 'cache') }
  const clock = { now: () => Date.now() / 1000 }
  return {
    channel,
    transports: { open: async () => createFileTransport({ channel, clock, ids, env }) },
    dispose: async () => fs.rmSync(base, { recursive: true, force: true }),
  }
}

const BUGS: readonly (readonly [bug: Bug, invariant: RegExp])[] = [
  ['loses-records', /^nothing acknowledged is lost: record/],
  ['loses-messages', /^nothing acknowledged is lost: message/],
  ['reads-out-of-order', /^revisions grow/],
  ['repeats-revisions', /^a revision is given once/],
  ['repeats-event-ids', /^an event id is given once/],
  ['gives-the-lease-to-all', /^one holder per lease/],
  ['hides-a-session', /^every live session is in the roster/],
  ['miscounts-the-inbox', /^unread counts are right/],
  ['forgets-what-was-delivered', /^a message is delivered once/],
  ['retracts-another', /^a retraction hides no other/],
  ['forgets-retractions', /^a retraction hides its record/],
]

for (const [name, place, usual] of [
  ['in memory', inMemory, 5000],
  ['in files', inFiles, 600],
] as const) {
  describe(`agents in a room ${name}`, () => {
    it('keep every promise, whatever happens', async () => {
      for (const seed of seedsOf(usual)) await runRoomSchedule(seed, { place, suite: 'room' })
    })
  })
}

describe('the invariants', () => {
  for (const [bug, invariant] of BUGS) {
    it(`catch a transport that ${bug.replaceAll('-', ' ')}`, async () => {
      const caught: string[] = []
      for (let seed = 1; seed <= 400 && caught.length === 0; seed++) {
        await runRoomSchedule(seed, { place: inMemory, suite: 'room', bug }).catch((error) => {
          if (!(error instanceof Violation)) throw error
          caught.push(error.message)
        })
      }
      expect(caught[0]).toMatch(invariant)
    })
  }

  it('find the same fault again from its seed', async () => {
    const run = async (seed: number): Promise<string> =>
      runRoomSchedule(seed, { place: inMemory, suite: 'room', bug: 'loses-records' }).then(
        () => '',
        (error: Error) => error.message,
      )
    for (let seed = 1; seed < 40; seed++) expect(await run(seed)).toBe(await run(seed))
  })
})
