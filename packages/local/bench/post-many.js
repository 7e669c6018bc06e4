#!/usr/bin/env node
// Posts N records in one process, one after the other, each acknowledged before the next is made:
//   node packages/local/bench/post-many.js WORKDIR N [--synced] [--channel]
// WORKDIR is a folder of a repository; with --channel it is the channel folder itself. Prints one line of JSON.
import { randomUUID } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { createFileTransport, ensureOpenChannel, resolveChannelSync } from '../dist/public/index.js'

const [workdir, count] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
if (workdir === undefined || !/^\d+$/.test(count ?? '')) {
  console.error('usage: post-many.js WORKDIR N [--synced] [--channel]')
  process.exit(2)
}
const dir = () => realpathSync(workdir)
const channel = process.argv.includes('--channel')
  ? { app: basename(dir()), dir: dir(), appsRoot: dirname(dir()), repoRoot: null, worktree: null }
  : resolveChannelSync(workdir, process.env)

const transport = createFileTransport({
  channel,
  clock: { now: () => Date.now() / 1000 },
  // randomUUID keeps random bytes in stock; 4 of its 32 digits are fixed, 24 of the rest are plenty.
  ids: { hex: (length) => randomUUID().replaceAll('-', '').slice(-length), digits: () => '000000' },
  env: process.env,
  durability: process.argv.includes('--synced') ? 'synced' : 'fast',
  ensureChannel: ensureOpenChannel,
})
const draft = {
  kind: 'feedback',
  tool: 'codex',
  model: 'bench',
  run_id: 'bench',
  app_slug: channel.app,
  payload: { verdict: 'PASS', text: 'x'.repeat(200), writer: process.pid },
}
const start = performance.now()
for (let i = 0; i < Number(count); i++) await transport.log.append({ ...draft, ts: Date.now() / 1000 })
const seconds = (performance.now() - start) / 1000
await transport.close()
console.log(JSON.stringify({ records: Number(count), seconds, per_second: Math.round(count / seconds) }))
