import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readClaims } from '../src/rules/claim/read-claims.js'
import { matchesFile, parseFilePattern } from '../src/rules/files/file-pattern.js'
import { createTestRoom, type TestRoom, testSession } from '../src/testing/test-room.js'
import { claimFiles } from '../src/usecases/claim/claim-files.js'
import { listClaims } from '../src/usecases/claim/list-claims.js'
import { releaseFiles } from '../src/usecases/claim/release-files.js'
import { announcePresence } from '../src/usecases/presence/announce-presence.js'
import { leaveRoom } from '../src/usecases/presence/leave-room.js'

const AGENTS = ['a', 'b', 'c'] as const
const FILES = ['src/a.ts', 'src/b.ts', 'src/deep/c.ts', 'lib/a.ts', 'top.md']
const agent = fc.constantFrom(...AGENTS)
const pattern = fc.constantFrom('src/a.ts', 'src/', 'src/*.ts', '**/a.ts', 'lib/**', 'top.md', '**', 'src/?.ts')

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('claim' as const),
      who: agent,
      patterns: fc.uniqueArray(pattern, { minLength: 1, maxLength: 2 }),
      secs: fc.integer({ min: 1, max: 3600 }),
      shared: fc.boolean(),
    }),
  },
  fc.record({ do: fc.constant('release' as const), who: agent }),
  // A tool call of a session: its last sign of life.
  { weight: 2, arbitrary: fc.record({ do: fc.constant('edit' as const), who: agent }) },
  fc.record({ do: fc.constant('leave' as const), who: agent }),
  // Its host is killed: the record stays, the process is gone.
  fc.record({ do: fc.constant('die' as const), who: agent }),
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: -60, max: 4000 }) }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

interface World {
  readonly room: TestRoom
  readonly dead: Set<number>
  as(who: string): Parameters<typeof claimFiles>[0]
  run(todo: Step): Promise<unknown>
}

async function createWorld(wrap: (room: TestRoom) => TestRoom = (room) => room): Promise<World> {
  const room = wrap(await createTestRoom())
  const dead = new Set<number>()
  let process = 0
  const hostProcess = ({ pid }: { pid: number }) => (dead.has(pid) ? ('gone' as const) : ('runs' as const))
  const as = (who: string) => ({ ...room, hostProcess, session: testSession({ sessionId: who }) })
  const live = async (who: string) => {
    const presence = await announcePresence(as(who))
    const known = (await room.transport.sessions.get(who))?.host_pid
    const pid = known === undefined || dead.has(known) ? ++process : known
    await room.transport.sessions.put({ ...presence, host_pid: pid, host_started: 'then' })
  }
  const run = async (todo: Step): Promise<unknown> => {
    switch (todo.do) {
      case 'claim':
        await live(todo.who)
        return claimFiles(as(todo.who), todo)
      case 'release':
        return releaseFiles(as(todo.who))
      case 'edit':
        return live(todo.who)
      case 'leave':
        return leaveRoom(as(todo.who), { keepClaims: true })
      case 'die': {
        const pid = (await room.transport.sessions.get(todo.who))?.host_pid
        return pid === undefined ? undefined : dead.add(pid)
      }
      case 'wait':
        return room.advance(todo.seconds)
    }
  }
  return { room, dead, as, run }
}

/** Every file with the sessions that hold it now, and whether one of them does so exclusively. */
async function expectOneHolder({ as }: World): Promise<void> {
  const holding = (await listClaims(as('x'))).filter(({ holds }) => holds)
  for (const file of FILES) {
    const holders = holding.filter(({ claim }) =>
      claim.patterns.some((text) => matchesFile(parseFilePattern(text, { namesAreFiles: true }), file)),
    )
    const sessions = new Set(holders.map(({ claim }) => claim.session_id))
    if (sessions.size > 1)
      expect(
        holders.map(({ claim }) => claim.mode),
        file,
      ).not.toContain('exclusive')
  }
}

describe('claims, for any schedule', () => {
  it('no two sessions hold a file, one of them exclusively', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const world = await createWorld()
        let fence = 0
        for (const todo of steps) {
          await world.run(todo)
          await expectOneHolder(world)
          const document = readClaims((await world.room.transport.leases.read('claims'))?.value, 0)
          expect(document.fence).toBeGreaterThanOrEqual(fence)
          fence = document.fence
          for (const claim of document.claims) expect(claim.fence).toBeLessThanOrEqual(fence)
        }
      }),
      { numRuns: 250 },
    )
  })

  it('a claim is refused if and only if another that holds stands against it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 15 }), agent, pattern, async (steps, who, wanted) => {
        const world = await createWorld()
        for (const todo of steps) await world.run(todo)
        await world.run({ do: 'edit', who })
        const others = (await listClaims(world.as(who))).filter(({ holds, claim }) => holds && claim.session_id !== who)
        const answer = await claimFiles(world.as(who), { patterns: [wanted] })
        if (others.length === 0) expect(answer.claimed).toBe(true)
        const shares = others.some(({ claim }) =>
          FILES.some(
            (file) =>
              [wanted, ...claim.patterns].every(
                (text, at) => at > 0 || matchesFile(parseFilePattern(text, { namesAreFiles: true }), file),
              ) && claim.patterns.some((text) => matchesFile(parseFilePattern(text, { namesAreFiles: true }), file)),
          ),
        )
        if (shares) expect(answer.claimed).toBe(false)
      }),
      { numRuns: 150 },
    )
  })

  it('whatever happens between reading and writing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(step, { minLength: 2, maxLength: 8 }), async (s, steps) => {
        const world = await createWorld((room) => {
          const { leases } = room.transport
          const slow = {
            read: s.scheduleFunction((name: string) => leases.read(name)),
            compareAndSet: s.scheduleFunction((name: string, expected: string | null, next: unknown) =>
              leases.compareAndSet(name, expected, next),
            ),
          }
          return { ...room, transport: { ...room.transport, leases: slow } }
        })
        const all = Promise.all(steps.map((todo) => world.run(todo)))
        await s.waitFor(all)
        await s.waitFor(expectOneHolder(world))
      }),
      { numRuns: 120 },
    )
  })

  it('goes to exactly one of many who want overlapping files at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('src/a.ts', 'src/', 'src/*.ts', '**/a.ts', '**'), { minLength: 2, maxLength: 16 }),
        async (wishes) => {
          const room = await createTestRoom()
          const answers = await Promise.all(
            wishes.map((text, n) =>
              claimFiles({ ...room, session: testSession({ sessionId: `s${n}` }) }, { patterns: [text] }),
            ),
          )
          expect(answers.filter(({ claimed }) => claimed)).toHaveLength(1)
        },
      ),
      { numRuns: 100 },
    )
  })
})
