import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { z } from 'zod'
import { outputSchema as checkpointSchema } from '../src/model/outputs/checkpoint.js'
import { outputSchema as inboxReadSchema } from '../src/model/outputs/inbox-read.js'
import { outputSchema as rosterSchema } from '../src/model/outputs/roster.js'
import { outputSchema as statusSchema } from '../src/model/outputs/status.js'
import { outputSchema as watchSchema } from '../src/model/outputs/watch.js'
import { isObject } from '../src/readers.js'
import { createMemoryTransports } from '../src/testing/memory-transport.js'
import { createTestRoom, TEST_NOW, type TestRoom, testSession } from '../src/testing/test-room.js'
import { readInbox } from '../src/usecases/inbox/read-inbox.js'
import { buildRoster } from '../src/usecases/roster/build-roster.js'
import { checkpointRead } from '../src/usecases/status/checkpoint-read.js'
import { readStatus } from '../src/usecases/status/read-status.js'
import { watchChannel } from '../src/usecases/status/watch-channel.js'

/** Values as any program may leave them under any key. */
const anything = fc.jsonValue({ maxDepth: 2 })
const times = fc.oneof(
  fc.constant(TEST_NOW - 10),
  fc.constant(TEST_NOW + 1e6),
  fc.constant('2026-11-18T11:00:00Z'),
  anything,
)
const words = fc.oneof(fc.constantFrom('s1', 's2', 'codex', 'claude_code', 'agent:x', 'reader'), fc.string(), anything)
const strange = (keys: readonly string[]) =>
  fc.oneof(
    { weight: 1, arbitrary: anything },
    {
      weight: 6,
      arbitrary: fc.record(Object.fromEntries(keys.map((key) => [key, /ts$|at$|seen$/.test(key) ? times : words])), {
        requiredKeys: [],
      }),
    },
  )

const room = fc.record({
  presences: fc.array(
    strange([
      'session_id',
      'tool',
      'parent',
      'phase',
      'task',
      'host',
      'cwd',
      'model',
      'spawned',
      'files_in_flight',
      'heartbeat_ts',
      'last_seen',
      'cursor',
      'owns',
      'planned_heartbeat_secs',
      'build_loop_run_label',
    ]),
    { maxLength: 4 },
  ),
  heartbeats: fc.array(
    strange([
      'session_id',
      'task_ref',
      'status',
      'still_on_task',
      'interval_seconds',
      'next_check_in_at',
      'ts',
      'evidence_refs',
    ]),
    { maxLength: 3 },
  ),
  messages: fc.array(strange(['id', 'kind', 'from', 'to', 'requires_ack', 'ts', 'payload']), { maxLength: 3 }),
  records: fc.array(
    fc.record(
      {
        ts: times,
        kind: fc.oneof(
          fc.constantFrom('escalation', 'retract', 'standby', 'wake', 'phase', 'status', 'handoff'),
          words,
        ),
        tool: words,
        payload: strange([
          'reason',
          'acknowledges',
          'retracts',
          'ref',
          'wake_after',
          'session_id',
          'file',
          'subject',
          'to',
        ]),
        revision: fc.oneof(fc.integer(), fc.constant(null)),
        event_id: fc.oneof(fc.constantFrom('a', 'b'), fc.string()),
      },
      { requiredKeys: [] },
    ),
    { maxLength: 8 },
  ),
  ack: anything,
})

async function furnish(given: typeof room extends fc.Arbitrary<infer R> ? R : never): Promise<TestRoom> {
  const place = await createTestRoom()
  const { plant } = place.transport
  // A transport hands out objects only; what is in them is anybody's guess.
  for (const [index, presence] of given.presences.filter(isObject).entries()) plant.presence(`p${index}`, presence)
  for (const line of given.heartbeats) plant.heartbeat('claude_code', { ...Object(line), session_id: 's1' })
  for (const message of given.messages) plant.message('claude_code', message)
  for (const record of given.records) plant.record(record as never)
  plant.ack('claude_code', 's1', given.ack)
  return place
}

function keeps(schema: z.ZodType, name: string, answer: object): void {
  const document = JSON.parse(JSON.stringify({ ok: true, schema: `rally.${name}/1`, ...answer }))
  expect(schema.safeParse(document)).toMatchObject({ success: true })
}

it('whatever lies in a room, every answer keeps its schema', async () => {
  await fc.assert(
    fc.asyncProperty(room, async (given) => {
      const place = await furnish(given)
      const ctx = { ...place, session: testSession() }
      keeps(statusSchema, 'status', await readStatus(ctx, { taskRef: 'T', ownedFiles: ['a'] }))
      keeps(statusSchema, 'status', await readStatus(place))
      const { messages, omitted, unread } = await readInbox(ctx, { tool: 'claude_code', sessionId: 's1' })
      keeps(inboxReadSchema, 'inbox-read', {
        app_slug: 'demo-app',
        tool: 'claude_code',
        messages: messages.map(({ message, ...found }) => ({ ...message, ...found })),
        session_candidates: [],
        omitted_count: omitted,
        direct_unread_count: unread.direct,
        broadcast_unread_count: unread.broadcast,
        unread_count: unread.total,
      })
      const roster = await buildRoster(
        {
          clock: place.clock,
          discovery: { resolve: async () => place.channel, list: async () => [place.channel] },
          transports: { open: async () => ({ ...place.transport, close: async () => {} }) },
        },
        { all: true },
      )
      keeps(rosterSchema, 'roster', roster)
      const signal = new AbortController().signal
      for await (const event of watchChannel(ctx, { signal, iterations: 1, wait: async () => {} })) {
        expect(watchSchema.safeParse(JSON.parse(JSON.stringify(event)))).toMatchObject({ success: true })
      }
      keeps(checkpointSchema, 'checkpoint', { ...(await checkpointRead(ctx)), app_slug: 'demo-app' })
    }),
    { numRuns: 300 },
  )
})

it('an answer names every key that its schema names', async () => {
  const place = await createTestRoom()
  const report = await readStatus({ ...place, session: testSession() })
  const [success] = statusSchema.options
  // The command adds how the channel's replication stands, which no use case of one room knows.
  expect(Object.keys(success.shape).sort()).toEqual([...Object.keys(report), 'ok', 'relay', 'schema'].sort())
  const roster = await buildRoster({
    clock: place.clock,
    discovery: { resolve: async () => place.channel, list: async () => [] },
    transports: createMemoryTransports(place.ids),
  })
  expect(Object.keys(rosterSchema.options[0].shape).sort()).toEqual([...Object.keys(roster), 'ok', 'schema'].sort())
})
