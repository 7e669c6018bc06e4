// Appends records to the log of a channel for ever and prints the event id of each after it was stored.
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import { basename, dirname } from 'node:path'
import { createFileTransport } from '../../dist/transport/create-file-transport.js'

const [dir] = process.argv.slice(2)
const { log } = createFileTransport({
  channel: { app: basename(dir), dir, appsRoot: dirname(dir), repoRoot: null, worktree: null },
  clock: { now: () => Date.now() / 1000 },
  ids: { hex: (n) => randomBytes(n).toString('hex').slice(0, n), digits: (n) => '7'.repeat(n) },
  env: process.env,
})
for (let n = 0; ; n++) {
  const payload = { text: 'x'.repeat((n * 1237) % 5000) }
  const draft = { kind: 'feedback', tool: 'codex', model: 'm', run_id: 'r', app_slug: 'a', payload, ts: 1 }
  const { eventId } = await log.append(draft)
  fs.writeSync(1, `${eventId}\n`)
}
