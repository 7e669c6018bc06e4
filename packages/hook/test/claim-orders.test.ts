import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { type OpenRoom, openRoom } from '@rally/local/open-room'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Broken, type Letter, type OrderBug, type OrderOptions, ordersOf, runOrder } from './claim-orders.js'
import { Scratch } from './scratch.js'

let scratch: Scratch
let processes: ChildProcess[] = []
let opened: OpenRoom[] = []
let options: OrderOptions

beforeAll(async () => {
  const temporary = process.env.TMPDIR
  if (fs.existsSync('/dev/shm')) process.env.TMPDIR = '/dev/shm'
  scratch = new Scratch()
  if (temporary === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = temporary
  processes = [0, 1].map(() => spawn('sleep', ['3600'], { stdio: 'ignore' }))
  const open = async (sessionId: string) => {
    const room = await openRoom(
      scratch.repo,
      { sessionId, tool: 'toolx' },
      { env: { ...scratch.env }, durability: 'fast' },
    )
    opened.push(room)
    return { ...room, clock: { now: () => scratch.now }, session: { ...room.session, host: hostname() } }
  }
  const rooms = { a: await open('session-a'), b: await open('session-b') }
  const [a, b] = processes.map(({ pid }) => pid ?? 0)
  options = { rooms, pids: { a: a ?? 0, b: b ?? 0 } }
})
afterAll(async () => {
  for (const child of processes) child.kill('SIGKILL')
  await Promise.all(opened.map((room) => room.close()))
  opened = []
  scratch.remove()
})

/** Before the first claim of all at most one edit has begun; that it is `a` who claims first is no matter. */
const BEGINNINGS: readonly Letter[][] = [['ca'], ['eb', 'ca'], ['eb', 'eb', 'ca'], ['ea', 'ca'], ['ea', 'ea', 'ca']]
/** Letters after it: the more, the longer it takes, tenfold for each. */
const LENGTH = Number(process.env.RALLY_ORDER_LENGTH ?? 3)

/** What edits of claimed files meet here. */
function configure(collision: 'warn' | 'deny'): void {
  const folder = join(scratch.dir, 'home/.config/rally')
  fs.mkdirSync(folder, { recursive: true })
  fs.writeFileSync(join(folder, 'config.json'), JSON.stringify({ hooks: { collision } }))
}

describe.each(['warn', 'deny'] as const)(
  'two sessions that edit and claim one file, where collisions %s',
  (collision) => {
    beforeAll(() => configure(collision))
    // Where edits are refused, less differs.
    const length = collision === 'warn' ? LENGTH : LENGTH - 1

    it.each(BEGINNINGS.map((letters) => [letters.join(' '), letters] as const))(
      'keep every promise in every order after %s',
      async (_, beginning) => {
        for (const order of ordersOf(length)) await runOrder(scratch, [...beginning, ...order], options)
      },
    )
  },
)

describe('the promises', () => {
  const bugs: readonly (readonly [bug: OrderBug, promise: RegExp])[] = [
    ['forgets-who-lost', /^who lost its claim hears it/],
    ['takes-what-is-held', /^a file has one holder/],
    ['says-nothing', /^a claim of the other is told/],
    ['takes-the-dead-for-living', /^nobody is refused for the dead/],
  ]
  beforeAll(() => configure('deny'))

  it.each(bugs)('are broken by a room that %s', async (bug, promise) => {
    const broken: string[] = []
    for (const order of ordersOf(3)) {
      if (broken.length > 0) break
      try {
        await runOrder(scratch, ['ca', ...order], { ...options, bug })
      } catch (error) {
        if (!(error instanceof Broken)) throw error
        if (promise.test(error.message)) broken.push(error.message)
      }
    }
    expect(broken).toHaveLength(1)
  })
})
