// A process of its own for the concurrency tests: node transport-child.mjs CHANNEL_DIR ACTION COUNT [KEY=VALUE…]
import { randomBytes } from 'node:crypto'
import { basename, dirname } from 'node:path'
import { createFileTransport } from '../../dist/transport/create-file-transport.js'

const [dir, action, count] = process.argv.slice(2)
const ids = { hex: (n) => randomBytes(n).toString('hex').slice(0, n), digits: (n) => '7'.repeat(n) }
const transport = createFileTransport({
  channel: { app: basename(dir), dir, appsRoot: dirname(dir), repoRoot: null, worktree: null },
  clock: { now: () => Date.now() / 1000 },
  ids,
  env: process.env,
})
const results = []
const draft = (i) => ({
  kind: 'feedback',
  tool: 'codex',
  model: 'm',
  run_id: 'r',
  app_slug: 'demo-app',
  ts: Date.now() / 1000,
  payload: { writer: process.pid, i, text: 'x'.repeat((i * 37) % 3000) },
})
const actions = {
  async post(i) {
    return transport.log.append(draft(i))
  },
  async ack(i) {
    const position = { line_count: i, last_message_ts: null }
    const cursor = { schema_version: '1.0', kind: 'rally-inbox-ack-cursor', tool: 'codex', session_id: 's1' }
    return transport.inbox.setCursor('codex', 's1', { ...cursor, acked_at: 1, direct: position })
  },
  async deliver(i) {
    const message = { schema_version: '1.0', id: '', kind: 'message', from: 'codex', to: 'all', requires_ack: false }
    return transport.inbox.deliver({ ...message, ts: Date.now() / 1000, payload: { writer: process.pid, i } })
  },
  async claim() {
    return transport.leases.compareAndSet('lead', null, { lead: process.pid })
  },
  async presence(i) {
    await transport.sessions.put({
      session_id: 's1',
      tool: 'codex',
      model: 'm',
      run_id: 'r',
      app_slug: 'a',
      phase: 'p',
      files_in_flight: [],
      heartbeat_ts: 1,
      [`key_${process.pid}`]: i,
    })
  },
}
for (let i = 0; i < Number(count); i++) {
  try {
    results.push(await actions[action](i))
  } catch (error) {
    results.push({ error: error.code, message: error.message })
  }
}
await transport.close()
process.stdout.write(JSON.stringify(results))
