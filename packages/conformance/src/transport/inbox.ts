import assert from 'node:assert/strict'
import type { ContractPart } from './contract-part.js'
import { ack, HARD_IDS, message, NOW, numbers } from './samples.js'

/** Messages are delivered once, counted from 1, and acknowledged per session. */
export function checkInbox({ runner, withChannel }: ContractPart): void {
  runner.describe('inbox', () => {
    runner.it(
      'an empty box is empty',
      withChannel(async ({ transport: { inbox } }) => {
        assert.deepEqual(await inbox.boxes(), [])
        assert.deepEqual(await inbox.read('codex', 0), [])
        assert.deepEqual(await inbox.size('codex'), { count: 0, lastTs: null })
        assert.equal(await inbox.cursor('codex', 's1'), undefined)
      }),
    )

    runner.it(
      'numbers the messages of a box from 1 and gives them back as they were',
      withChannel(async ({ transport, reopen }) => {
        const sent = numbers(1, 7).map((n) => message('codex', n, { payload: { n, text: 'ä "\n' }, custom: n }))
        for (const one of sent) assert.notEqual(await transport.inbox.deliver(one), '')
        const { inbox } = await reopen()
        const entries = await inbox.read('codex', 0)
        assert.deepEqual(
          entries.map(({ ordinal }) => ordinal),
          numbers(1, 7),
        )
        assert.deepEqual(
          entries.map((entry) => entry.message),
          sent,
        )
        assert.deepEqual(
          (await inbox.read('codex', 5)).map(({ ordinal }) => ordinal),
          [6, 7],
        )
        assert.deepEqual(
          (await inbox.read('codex', 2, 3)).map(({ ordinal }) => ordinal),
          [3, 4, 5],
        )
        assert.deepEqual(await inbox.read('codex', 7), [])
        assert.deepEqual(await inbox.read('codex', 99), [])
        assert.deepEqual(await inbox.size('codex'), { count: 7, lastTs: NOW + 7 })
      }),
    )

    runner.it(
      'says which messages are meant for one session, and gives them back like all others',
      withChannel(async ({ transport, reopen }) => {
        const { inbox } = transport
        assert.deepEqual(await inbox.addressed('codex', 0), [])
        const texts = ['to_session_id', '"to_session_id":"s9"']
        for (const n of numbers(1, 6)) {
          const to = n % 3 === 0 ? { to_session_id: `s${n}` } : {}
          await inbox.deliver(message('codex', n, { payload: { n, text: texts[n % 2] }, ...to }))
        }
        await inbox.deliver(message('all', 7, { to_session_id: 's1' }))
        const other = (await reopen()).inbox
        assert.deepEqual(await other.addressed('codex', 0), [
          { ordinal: 3, sessionId: 's3' },
          { ordinal: 6, sessionId: 's6' },
        ])
        assert.deepEqual(await other.addressed('codex', 3), [{ ordinal: 6, sessionId: 's6' }])
        assert.deepEqual(await other.addressed('codex', 99), [])
        assert.deepEqual(
          (await other.read('codex', 2, 1)).map((entry) => entry.message?.to_session_id),
          ['s3'],
        )
        await inbox.deliver(message('codex', 8, { to_session_id: 's8' }))
        assert.deepEqual(await other.addressed('codex', 6), [{ ordinal: 7, sessionId: 's8' }])
      }),
    )

    runner.it(
      'keeps boxes apart and lists them',
      withChannel(async ({ transport: { inbox } }) => {
        const tools = ['codex', 'all', 'my.app', 'cursor']
        for (const [n, tool] of tools.entries()) {
          for (const k of numbers(0, n)) await inbox.deliver(message(tool, k))
        }
        assert.deepEqual(await inbox.boxes(), [...tools].sort())
        for (const [n, tool] of tools.entries()) assert.equal((await inbox.size(tool)).count, n + 1, tool)
      }),
    )

    runner.it(
      'takes every tool id; a listed box can be read',
      withChannel(async ({ transport: { inbox } }) => {
        for (const tool of HARD_IDS) await inbox.deliver(message(tool, 1))
        for (const tool of HARD_IDS) assert.equal((await inbox.read(tool, 0)).at(0)?.message?.to, tool)
        const boxes = await inbox.boxes()
        assert.equal(boxes.length, HARD_IDS.length)
        const found = await Promise.all(boxes.map(async (box) => (await inbox.read(box, 0)).at(0)?.message?.to))
        assert.deepEqual(found.sort(), [...HARD_IDS].sort())
      }),
    )

    runner.it(
      'tools with the same safe name share a box, as their files do',
      withChannel(async ({ transport: { inbox } }) => {
        await inbox.deliver(message('agent:coder', 1))
        await inbox.deliver(message('agent_coder', 2))
        assert.deepEqual(
          (await inbox.read('agent:coder', 0)).map((entry) => entry.message?.to),
          ['agent:coder', 'agent_coder'],
        )
        assert.equal((await inbox.boxes()).length, 1)
      }),
    )

    runner.it(
      'remembers how far each session of a tool has acknowledged',
      withChannel(async ({ transport, reopen }) => {
        const { inbox } = transport
        for (const [n, session] of ['s1', '_global', 'agent:coder-1a2b', 'a.b'].entries()) {
          assert.notEqual(await inbox.setCursor('codex', session, ack('codex', session, n)), '')
          await inbox.setCursor('my.app', session, ack('my.app', session, n + 10))
        }
        const other = (await reopen()).inbox
        assert.equal((await other.cursor('codex', 's1'))?.direct.line_count, 0)
        assert.equal((await other.cursor('codex', 'a.b'))?.direct.line_count, 3)
        assert.equal((await other.cursor('my.app', 'agent:coder-1a2b'))?.direct.line_count, 12)
        assert.equal(await other.cursor('cursor', 's1'), undefined)
        await other.setCursor('codex', 's1', ack('codex', 's1', 9))
        assert.deepEqual(await inbox.cursor('codex', 's1'), ack('codex', 's1', 9))
      }),
    )

    runner.it(
      'loses and doubles no message under many senders',
      withChannel(async ({ transport, reopen }) => {
        const rooms = [transport, await reopen(), await reopen()]
        await Promise.all(
          numbers(0, 8).map(async (sender) => {
            const { inbox } = rooms[sender % rooms.length] ?? transport
            for (const n of numbers(1, 8)) await inbox.deliver(message('codex', n, { from: `s${sender}` }))
          }),
        )
        const entries = await transport.inbox.read('codex', 0)
        assert.deepEqual(
          entries.map(({ ordinal }) => ordinal),
          numbers(1, 72),
        )
        for (const sender of numbers(0, 8)) {
          const mine = entries.filter((entry) => entry.message?.from === `s${sender}`)
          assert.deepEqual(
            mine.map((entry) => entry.message?.payload.n),
            numbers(1, 8),
            `order of sender ${sender}`,
          )
        }
        assert.equal((await transport.inbox.size('codex')).count, 72)
      }),
    )

    runner.it(
      'no acknowledgement fails when a session makes many at once',
      withChannel(async ({ transport, reopen }) => {
        const other = await reopen()
        await Promise.all(
          numbers(1, 16).map((n) => (n % 2 ? transport : other).inbox.setCursor('codex', 's1', ack('codex', 's1', n))),
        )
        const lines = (await transport.inbox.cursor('codex', 's1'))?.direct.line_count
        assert.ok(lines !== undefined && lines >= 1 && lines <= 16)
      }),
    )
  })
}
