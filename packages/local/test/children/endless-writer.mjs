// Appends records to the log of a channel until its stdin ends, then prints how many it stored.
import { randomBytes } from 'node:crypto'
import { basename, dirname } from 'node:path'
import { createFileTransport } from '../../dist/transport/create-file-transport.js'

const [dir] = process.argv.slice(2)
const transport = createFileTransport({
  channel: { app: basename(dir), dir, appsRoot: dirname(dir), repoRoot: null, worktree: null },
  clock: { now: () => Date.now() / 1000 },
  ids: { hex: (n) => randomBytes(n).toString('hex').slice(0, n), digits: (n) => '7'.repeat(n) },
  env: process.env,
})
let going = true
process.stdin.on('end', () => {
  going = false
})
process.stdin.resume()
let stored = 0
while (going) {
  await transport.log.append({
    kind: 'feedback',
    tool: 'codex',
    model: 'm',
    run_id: 'r',
    app_slug: 'a',
    payload: { theirs: stored },
    ts: 1,
  })
  if (++stored === 1) process.stdout.write('started\n')
  await new Promise(setImmediate)
}
await transport.close()
process.stdout.write(`${stored}\n`)
