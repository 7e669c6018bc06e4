#!/usr/bin/env node
// What durability costs: node bench/durability.mjs [FOLDER]
// The same writes with `fast` and with `synced`, turn by turn, in a channel below FOLDER (default: the temporary folder, which
// must not be memory if the answer is to mean anything).
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createFileTransport } from '../packages/local/dist/public/index.js'

const ROUNDS = 15
const EACH = 20
const base = fs.mkdtempSync(path.join(process.argv[2] ?? os.tmpdir(), 'rally-bench-'))
const ids = { hex: (n) => randomUUID().replaceAll('-', '').slice(-n), digits: () => '000000' }
const clock = { now: () => Date.now() / 1000 }
const open = (durability) => {
  const dir = path.join(base, durability)
  fs.mkdirSync(dir)
  const channel = { app: durability, dir, appsRoot: base }
  return createFileTransport({ channel, clock, ids, env: { XDG_CACHE_HOME: path.join(base, 'cache') }, durability })
}
const transports = { fast: open('fast'), synced: open('synced') }
const draft = {
  kind: 'feedback',
  tool: 't',
  model: 'm',
  run_id: 'r',
  app_slug: 'a',
  payload: { text: 'x'.repeat(200) },
}
const message = { schema_version: '1.0', id: '', kind: 'message', from: 'a', to: 'b', requires_ack: false, payload: {} }
const presence = { tool: 't', model: 'm', run_id: 'r', app_slug: 'a', phase: 'p', files_in_flight: [], cursor: {} }
const writes = {
  record: (t) => t.log.append({ ...draft, ts: clock.now() }),
  message: (t) => t.inbox.deliver({ ...message, ts: clock.now() }),
  presence: (t) => t.sessions.put({ ...presence, session_id: 's', heartbeat_ts: clock.now() }),
}
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1]

try {
  console.log('| write | synced, fast = 1 | fast, µs each | synced, µs each |\n|---|---|---|---|')
  for (const [name, write] of Object.entries(writes)) {
    const times = { fast: [], synced: [] }
    for (let round = 0; round < ROUNDS; round++) {
      for (const [durability, transport] of Object.entries(transports)) {
        const start = performance.now()
        for (let i = 0; i < EACH; i++) await write(transport)
        times[durability].push(((performance.now() - start) * 1000) / EACH)
      }
    }
    const [fast, synced] = [median(times.fast), median(times.synced)]
    console.log(`| ${name} | ${(synced / fast).toFixed(1)} | ${fast.toFixed(0)} | ${synced.toFixed(0)} |`)
  }
} finally {
  for (const transport of Object.values(transports)) await transport.close()
  fs.rmSync(base, { recursive: true, force: true })
}
