#!/usr/bin/env node
// Posts N records in one process, one after the other, each acknowledged before the next:
//   node packages/local/bench/post-many.js WORKDIR N
// WORKDIR is a repository, or with --channel a channel folder. Prints one line of JSON.
import { randomBytes, randomUUID } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { createFileTransport } from '../dist/transport/create-file-transport.js'

const args = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const [workdir, count] = [args[0], Number(args[1])]
if (workdir === undefined || !Number.isInteger(count)) {
  console.error('usage: post-many.js WORKDIR N [--channel] [--synced]')
  process.exit(2)
}

const ids = {
  hex: (length) => randomUUID().replaceAll('-', '').slice(0, length),
  digits: (length) => String(randomBytes(6).readUIntBE(0, 6)).slice(-length),
}
const transport = createFileTransport({
  channel: await findChannel(resolve(workdir)),
  clock: { now: () => Date.now() / 1000 },
  ids,
  env: process.env,
  durability: process.argv.includes('--synced') ? 'synced' : 'fast',
})

const draft = {
  kind: 'feedback',
  tool: 'codex',
  model: 'bench',
  run_id: 'bench',
  app_slug: transport.channel.app,
  payload: { verdict: 'PASS', text: 'x'.repeat(200), writer: process.pid },
}
const start = performance.now()
for (let i = 0; i < count; i++) await transport.log.append({ ...draft, ts: Date.now() / 1000 })
const seconds = (performance.now() - start) / 1000
await transport.close()
console.log(JSON.stringify({ records: count, seconds, per_second: Math.round(count / seconds) }))

async function findChannel(folder) {
  if (!process.argv.includes('--channel')) {
    const { resolveChannelSync } = await import('../dist/discovery/resolve-channel.js')
    return resolveChannelSync(folder, { env: process.env })
  }
  const dir = realpathSync(folder)
  return { app: basename(dir), dir, appsRoot: dirname(dir), repoRoot: null, worktree: null }
}
