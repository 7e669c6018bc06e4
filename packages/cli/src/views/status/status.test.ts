import { createTestRoom, TEST_NOW, testPresence, testSession } from '@rally/core/testing/test-room'
import { writeInbox } from '@rally/core/usecases/inbox/write-inbox'
import { escalate } from '@rally/core/usecases/standby/escalate'
import { readStatus } from '@rally/core/usecases/status/read-status'
import { reportHeartbeat } from '@rally/core/usecases/task/report-heartbeat'
import { describe, expect, it } from 'vitest'
import { PLAIN_STYLE, type Style } from '../../terminal.js'
import { displayWidth } from '../text/display-width.js'
import { renderStatus } from './status.js'

const PLAIN = { isTty: false, columns: undefined, style: PLAIN_STYLE, now: TEST_NOW + 5 }

async function busyRoom() {
  const room = await createTestRoom()
  const ctx = { ...room, session: testSession() }
  const peer = { ...room, session: testSession({ sessionId: 'cx', tool: 'codex' }) }
  await room.transport.sessions.put(testPresence({ session_id: 's1', tool: 'claude_code', task: 'plan' }))
  await room.transport.sessions.put(
    testPresence({
      session_id: 'agent:coder-1',
      tool: 'agent:coder',
      parent: 's1',
      task: 'write',
      files_in_flight: ['a'],
    }),
  )
  await room.transport.sessions.put(testPresence({ session_id: 'cx', task: 'review', host: 'h2' }))
  await writeInbox(peer, {
    from: 'codex',
    to: 'claude_code',
    payload: { text: 'look \u001b[31mhere' },
    requiresAck: true,
  })
  await writeInbox(peer, { from: 'codex', to: 'all', payload: { subject: 'freeze' } })
  await escalate(peer, { reason: 'which one?' })
  await reportHeartbeat(ctx, { taskRef: 'T', status: 'blocked', attentionReason: 'no key' })
  room.git.dirty = ['x.txt']
  return { room, ctx }
}

describe('the view of a room', () => {
  it('says in one glance what stops you, who is here, what is unread, what is wrong', async () => {
    const { ctx } = await busyRoom()
    const report = await readStatus(ctx, { hooks: { claude_code: 'installed', codex: 'stale' } })
    expect(renderStatus(report, PLAIN).split('\n')).toEqual([
      'demo-app · main  blocked  3 matters',
      '! cx asks 0s ago: "which one?"',
      '! task T: blocked "no key"',
      "! 1 changed file is nobody's here: x.txt",
      'cx @h2           asks       5s  review  -',
      's1 @h1 (you) +1  working    5s  plan    -',
      '> cx to all  "freeze"  5s',
      '> cx to claude_code  "look here"  5s',
      'do        answer it: rally escalate --acknowledges 3 --reason "…"',
      'hooks     codex: out of date: rally hooks install --host codex',
      'unread    1 for you, 1 for everybody: rally inbox read, then rally ack-inbox',
      '            codex, 5s ago: "look here" (asks you to acknowledge)',
      '            codex, 5s ago: "freeze"',
      'task      T: blocked "no key"',
      'news      #3 escalation from codex, 5s ago: "which one?"',
      '          #2 message from codex, 5s ago',
      '          #1 message from codex, 5s ago',
    ])
  })

  it("leaves one's own messages and records out of the news", async () => {
    const { ctx } = await busyRoom()
    await writeInbox(ctx, { from: 'claude_code', to: 'codex', payload: { text: 'mine' } })
    const lines = renderStatus(await readStatus(ctx), PLAIN).split('\n')
    expect(lines.filter((line) => line.startsWith('news'))).toEqual([
      'news      #3 escalation from codex, 5s ago: "which one?"',
    ])
  })

  it.each([40, 80])('fits into %d columns without losing what to do', async (columns) => {
    const { ctx } = await busyRoom()
    const text = renderStatus(await readStatus(ctx), { ...PLAIN, isTty: true, columns })
    expect(text.split('\n').filter((line) => displayWidth(line) > columns)).toEqual([])
    expect(text.replace(/\s+/g, ' ')).toContain('answer it: rally escalate --acknowledges 3 --reason "…"')
    expect(text).toContain('(you)')
  })

  it('marks status and trouble by colour and by word', async () => {
    const { ctx } = await busyRoom()
    const mark = (name: string) => (text: string) => `<${name}>${text}</${name}>`
    const style: Style = { ...PLAIN_STYLE, red: mark('red'), yellow: mark('yellow'), green: mark('green') }
    const text = renderStatus(await readStatus(ctx), { ...PLAIN, style })
    expect(text).toContain('<red>blocked</red>')
    expect(text).toContain('<red>! cx asks')
  })

  it('of an empty room says how agents come', async () => {
    const room = await createTestRoom()
    expect(renderStatus(await readStatus(room), PLAIN).split('\n')).toEqual([
      'demo-app · main  clear',
      'no agents yet. They appear when they start with hooks installed',
    ])
  })
})
