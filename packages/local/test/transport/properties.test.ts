import fs from 'node:fs'
import type { RecordDraft } from '@rally/core/model/change-record'
import { changeRecordSchema } from '@rally/core/model/change-record'
import { inboxMessageSchema } from '@rally/core/model/message'
import { presenceSchema } from '@rally/core/model/presence'
import { taskHeartbeatSchema } from '@rally/core/model/task-heartbeat'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lineRevision } from '../../src/transport/codec/line-revision.js'
import { parseObject } from '../../src/transport/codec/parse-object.js'
import { readRecord } from '../../src/transport/codec/read-record.js'
import { factLine } from '../../src/transport/codec/to-fact-v1.js'
import { eachLine, lineBlocks } from '../../src/transport/files/line-blocks.js'
import { linesBackward } from '../../src/transport/files/lines-backward.js'
import { parseHeartbeat } from '../../src/transport/heartbeats/parse-heartbeat.js'
import { parseMessage } from '../../src/transport/inbox/parse-message.js'
import { parsePresence } from '../../src/transport/sessions/parse-presence.js'
import { makeDraft, makeScratch, type Scratch } from '../support/scratch-channel.js'

let scratch: Scratch
beforeEach(() => {
  scratch = makeScratch()
})
afterEach(() => scratch.remove())

const text = fc.string({ unit: 'binary', maxLength: 30 })
const payload = fc.dictionary(
  fc.oneof(
    text,
    fc.constantFrom('subject', 'scope', 'evidence', 'to', 'ref', 'status', 'summary', 'bl_revision', '__proto__'),
  ),
  fc.jsonValue({ maxDepth: 4 }),
  { maxKeys: 6 },
)
const draft: fc.Arbitrary<RecordDraft> = fc
  .record({
    kind: fc.constantFrom('phase', 'escalation', 'handoff', 'zzz', 'retract'),
    tool: text,
    model: text,
    run_id: text,
    app_slug: text,
    payload,
    ts: fc.double({ noNaN: true, min: -1e6, max: 4e9 }),
  })
  .map((more) => makeDraft(more))

/** What JSON makes of a value; keys named __proto__ are dropped on reading. */
const stored = (value: unknown): unknown => parseObject(JSON.stringify(value))

describe('the codec, for any draft', () => {
  it('loses nothing of what was said, in printable ASCII', () => {
    fc.assert(
      fc.property(draft, fc.integer({ min: 1, max: 2 ** 50 }), (one, revision) => {
        const line = factLine(one, 'blf_1').at(revision)
        expect(line.toString('latin1')).toMatch(/^[ -~]+\n$/)
        const record = readRecord(line, 0, line.length - 1)
        expect(record).toMatchObject({ kind: one.kind, revision, event_id: 'blf_1', app_slug: one.app_slug })
        expect(record?.tool).toBe(one.tool || 'unknown')
        if (Object.keys(one.payload).length > 0) expect(record?.payload).toEqual(stored(one.payload))
        expect(lineRevision(line, 0, line.length - 1)).toBe(revision)
        changeRecordSchema.parse(record)
      }),
      { numRuns: 300 },
    )
  })

  it('reads anything at all into records that the schemas accept', () => {
    const keys = fc.constantFrom(
      ...[
        'schema',
        'event',
        'event_type',
        'payload',
        'bl_payload',
        'bl_revision',
        'revision',
        'local_seq',
        'seq',
        'ts',
        'kind',
      ],
      ...[
        'tool',
        'id',
        'subject',
        'event_id',
        'bl_kind',
        'bl_producer',
        'bl_build_loop',
        'created_at',
        'scope',
        'session_id',
      ],
      ...[
        'spawned',
        'cursor',
        'last_seen',
        'parent',
        'pid',
        'files_in_flight',
        'status',
        'next_check_in_at',
        'build_loop_id',
      ],
    )
    const values = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constant('agent-rally.fact.v1'),
      fc.dictionary(keys, fc.jsonValue()),
    )
    fc.assert(
      fc.property(fc.dictionary(keys, values), (object) => {
        const line = JSON.stringify(object)
        const bytes = Buffer.from(line)
        const record = readRecord(bytes, 0, bytes.length)
        // The empty object says nothing, but it is an object.
        changeRecordSchema.parse(record)
        inboxMessageSchema.parse(parseMessage(line))
        presenceSchema.parse(parsePresence(parseObject(line) ?? {}, 'fallback'))
        const heartbeat = parseHeartbeat(line)
        if (heartbeat !== undefined) taskHeartbeatSchema.parse(heartbeat)
        expect(lineRevision(bytes, 0, bytes.length)).toBe(record?.revision ?? 0)
      }),
      { numRuns: 1000 },
    )
  })

  it('never throws for text that is no JSON', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.uint8Array({ maxLength: 60 })), (input) => {
        const bytes = Buffer.from(input as string)
        readRecord(bytes, 0, bytes.length)
        parseMessage(bytes.toString('utf8'))
        parseHeartbeat(bytes.toString('utf8'))
      }),
      { numRuns: 1000 },
    )
  })
})

describe('lines, for any bytes', () => {
  const bytes = fc
    .array(
      fc.oneof(fc.constant('\n'), fc.constant('\r\n'), fc.string({ maxLength: 3000 }), fc.constant('x'.repeat(9000))),
      { maxLength: 40 },
    )
    .map((parts) => Buffer.from(parts.join('')))

  it('come out the same from the front, from the back and from a simple split', () => {
    fc.assert(
      fc.property(bytes, (content) => {
        const file = scratch.write('lines', content)
        const fd = fs.openSync(file, 'r')
        const simple = content.toString('latin1').split('\n').slice(0, -1)
        const forward: string[] = []
        let end = 0
        for (const block of lineBlocks(fd, 0, content.length)) {
          eachLine(block, (buffer, from, to) => forward.push(buffer.toString('latin1', from, to)))
          end = block.next
        }
        const backward = [...linesBackward(fd, content.length)].map(({ offset, next }) =>
          content.toString('latin1', offset, next - 1),
        )
        fs.closeSync(fd)
        expect(forward).toEqual(simple)
        expect(backward.reverse()).toEqual(simple)
        expect(end).toBe(content.lastIndexOf('\n') + 1)
      }),
      { numRuns: 100 },
    )
  })

  it('of an inbox are counted and numbered as a simple reader counts them', async () => {
    const line = fc.oneof(
      fc.constant(''),
      fc.constant(' \t\r'),
      fc.constant('{"id":"torn'),
      fc.constant('{"id":"m","ts":3}'),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 30 }), fc.boolean(), fc.nat(35), async (lines, ended, after) => {
        scratch.write('inbox/codex.jsonl', lines.join('\n') + (ended ? '\n' : ''))
        const { inbox } = scratch.open()
        const solid = lines.filter((one) => one.trim() !== '')
        expect((await inbox.size('codex')).count).toBe(solid.length)
        const entries = await inbox.read('codex', after)
        expect(entries.map(({ ordinal }) => ordinal)).toEqual(solid.map((_, i) => i + 1).slice(after))
        expect(entries.map(({ message }) => message !== null)).toEqual(
          solid.map((one) => one.endsWith('}')).slice(after),
        )
      }),
      { numRuns: 60 },
    )
  })
})

describe('cursors, for any schedule of posts, rotations and reads', () => {
  it('show every record once and in order', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('post' as const), count: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ do: fc.constant('rotate' as const) }),
      fc.record({ do: fc.constant('read' as const), limit: fc.integer({ min: 1, max: 4 }) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const one = makeScratch()
        const { log } = one.open()
        let posted = 0
        let rotations = 0
        let cursor = { revision: 0, changes_offset: 0 }
        const seen: unknown[] = []
        const read = async (limit?: number) => {
          const page = await log.read(cursor, limit)
          cursor = page.cursor
          seen.push(...page.records.map((record) => record.payload.n))
        }
        for (const todo of steps) {
          if (todo.do === 'post')
            for (let i = 0; i < todo.count; i++) await log.append(makeDraft({ payload: { n: ++posted } }))
          else if (todo.do === 'read') await read(todo.limit)
          else if (fs.existsSync(`${one.dir}/changes.jsonl`))
            fs.renameSync(`${one.dir}/changes.jsonl`, `${one.dir}/changes.jsonl.2026-01-01.${++rotations + 1}`)
        }
        await read()
        expect(seen).toEqual(Array.from({ length: posted }, (_, i) => i + 1))
        const all = {
          name: 'all',
          version: 1,
          initial: () => [] as unknown[],
          fold: (s: unknown[], r: { payload: { n?: unknown } }) => [...s, r.payload.n],
        }
        expect(await log.project(all as never)).toEqual(seen)
        one.remove()
      }),
      { numRuns: 40 },
    )
  })
})
