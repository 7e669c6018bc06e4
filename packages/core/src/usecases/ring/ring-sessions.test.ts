import { beforeEach, expect, it } from 'vitest'
import type { Hearer } from '../../model/outputs/sent-message.js'
import type { Ring } from '../../model/ring.js'
import { createSessionRoom, type SessionRoom } from '../../testing/session-room.js'
import { TEST_NOW } from '../../testing/test-room.js'
import { announcePresence } from '../presence/announce-presence.js'
import { ringSessions } from './ring-sessions.js'

let room: SessionRoom
let noted: Ring[]
let rung: string[]
let failure: string | undefined
/** Who writes down a ring at the same moment, before ours is read again. */
let faster: Ring | undefined

const hearer = (session_id: string | null, state = 'live') =>
  ({ session_id, name: session_id, tool: 'codex', state, hears: 'at-start' }) as unknown as Hearer
const ctx = (withBell = true) => ({
  ...room.as('a1'),
  hostWords: async () => [{ id: 'codex', ring: { kind: 'socket' } }] as never,
  ...(withBell
    ? {
        doorbell: {
          rings: async () => [...noted],
          note: async (ring: Ring) => {
            if (faster !== undefined && !ring.done) noted.push(faster)
            noted.push(ring)
          },
          ring: async ({ sessionId }: { sessionId: string }) => {
            if (failure === undefined) rung.push(sessionId)
            return failure
          },
        },
      }
    : {}),
})
const ring = async (more: { wake?: 'never' | 'all'; recipients?: Hearer[]; bell?: boolean } = {}) =>
  (await ringSessions(ctx(more.bell), { recipients: more.recipients ?? [hearer('c1')], wake: more.wake ?? 'all' })).map(
    ({ rung: was, why }) => why ?? was,
  )

beforeEach(async () => {
  room = await createSessionRoom()
  noted = []
  rung = []
  failure = undefined
  faster = undefined
  await announcePresence(room.as('c1', { tool: 'codex' }))
  await room.transport.sessions.amend('c1', { phase: 'idle' })
})

it('rings who is idle, and writes down that it was about to and that it did', async () => {
  expect(await ring()).toEqual([true])
  expect(rung).toEqual(['c1'])
  expect(noted.map(({ done, by, session }) => [done, by, session])).toEqual([
    [false, 'a1', 'c1'],
    [true, 'a1', 'c1'],
  ])
})

it('one that the host did not take is not written down as done', async () => {
  failure = 'no answer'
  expect(await ring()).toEqual(['no answer'])
  expect(noted.map(({ done }) => done)).toEqual([false])
})

it('rings nobody who cannot be, and says why', async () => {
  expect(await ring({ wake: 'never' })).toEqual(['hooks.wake is never'])
  expect(await ring({ recipients: [hearer('gone')] })).toEqual(['it is not running'])
  expect(await ring({ bell: false })).toEqual(['its host has no doorbell'])
  expect(await ring({ recipients: [hearer(null), hearer('human.ann', 'person')] })).toEqual([])
  await room.transport.sessions.amend('c1', { machine: 'other' })
  expect(await ring()).toEqual(['it runs on another machine'])
  await room.transport.sessions.amend('c1', { machine: undefined, phase: 'working' })
  expect(rung).toEqual([])
})

it('who works hears it by itself', async () => {
  await room.transport.sessions.amend('c1', { phase: 'working' })
  expect(await ring()).toEqual(['it works, and hears it at its next tool call'])
})

it('a host without a bell of its own is not rung', async () => {
  const silent = { ...ctx(), hostWords: async () => [{ id: 'codex' }] as never }
  const [receipt] = await ringSessions(silent, { recipients: [hearer('c1')], wake: 'all' })
  expect(receipt).toMatchObject({ rung: false, why: 'its host has no doorbell' })
})

it('of two that ring at once the one that wrote first does', async () => {
  faster = { at: TEST_NOW, session: 'c1', by: 'a2', message: null, done: false }
  expect(await ring()).toEqual(['another one rings it just now'])
  expect(rung).toEqual([])
})

it('nobody is rung twice within two minutes', async () => {
  expect(await ring()).toEqual([true])
  expect(await ring()).toEqual(['it was rung less than two minutes ago'])
})
