#!/usr/bin/env node
// What a relay costs, on loopback with a real nats-server: node bench/relay.mjs [records] [latency samples]
// - replay: a channel of `records` on the server into an empty machine (records/s, memory of that process)
// - latency: append on machine A until a watcher of machine B's log has it (p50, p99), relays in processes of their own
// - export: the same channel from a machine to the server
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, connect as dial } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { openRoom } from '../packages/local/dist/public/index.js'

const records = Number(process.argv[2] ?? 100_000)
const samples = Number(process.argv[3] ?? 300)
const relayProgram = fileURLToPath(new URL('../packages/transport-nats/test/relay-process.mjs', import.meta.url))
/** It is made of the packages' inner modules. */
const relay = ['--conditions=rally-internal', relayProgram]
if (spawnSync('nats-server', ['--version']).status !== 0) {
  console.error('nats-server is not installed')
  process.exit(2)
}
const dir = mkdtempSync(path.join(tmpdir(), 'rally-bench-relay-'))
const children = []
try {
  const url = await startServer()
  const [a, b, c] = ['a', 'b', 'c'].map(machine)
  const room = await open(a)
  for (let n = 0; n < records; n++) await room.transport.log.append(draft(n))
  console.log(`| what | value |\n|---|---|`)
  const exported = await once(a, url)
  row('export to the server', `${rate(records, exported.seconds)} records/s, ${exported.cpu.toFixed(1)} s of CPU`)
  await open(b)
  const replayed = await once(b, url)
  row(
    'replay into an empty machine',
    `${rate(records, replayed.seconds)} records/s, ${replayed.cpu.toFixed(1)} s of CPU, ${replayed.memoryMb} MB at most`,
  )
  const there = await open(b)
  row('records there', String((await there.transport.log.latest(records + 10)).length))
  await latency(c, machine('d'), url)
} finally {
  for (const child of children) child.kill('SIGKILL')
  rmSync(dir, { recursive: true, force: true })
}
process.exit(0)

async function latency(from, to, url) {
  const sender = await open(from)
  const receiver = await open(to)
  for (const machine of [from, to]) {
    const child = spawn(process.execPath, [...relay, url], {
      env: machine.env,
      stdio: ['pipe', 'ignore', 'inherit'],
    })
    children.push(child)
  }
  const waiting = new Map()
  let cursor = await receiver.transport.log.end()
  let busy = false
  const look = async () => {
    if (busy) return
    busy = true
    const page = await receiver.transport.log.read(cursor)
    cursor = page.cursor
    for (const { payload } of page.records) waiting.get(payload.sample)?.()
    busy = false
  }
  const stop = new AbortController()
  const watching = receiver.transport.watch(() => void look(), { signal: stop.signal })
  const poll = setInterval(look, 500)
  const times = []
  for (let sample = 0; sample < samples + 5; sample++) {
    const start = performance.now()
    const arrived = new Promise((resolve) => waiting.set(sample, resolve))
    await sender.transport.log.append({ ...draft(sample), payload: { sample } })
    await arrived
    if (sample >= 5) times.push(performance.now() - start)
    await new Promise((resolve) => setTimeout(resolve, 10 + Math.random() * 30))
  }
  clearInterval(poll)
  stop.abort()
  await watching
  times.sort((x, y) => x - y)
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(1)
  row('append on A until watched on B', `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms (${samples} samples)`)
}

/** Runs a relay until both sides agree. */
function once(machine, url) {
  const start = performance.now()
  const env = { ...machine.env, ONCE: '1' }
  const child = spawn('/usr/bin/env', ['time', '-f', '%U %S %M', process.execPath, ...relay, url], {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  children.push(child)
  let log = ''
  let errors = ''
  let seconds = 0
  child.stdout.on('data', (chunk) => {
    log += chunk
  })
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  return new Promise((resolve, reject) => {
    child.on('close', (code) => {
      seconds = (performance.now() - start) / 1000
      if (code !== 0) reject(new Error(`relay ended with ${code}: ${log}${errors}`))
      else {
        const [user, system, kilobytes] = errors.trim().split('\n').at(-1).split(' ').map(Number)
        resolve({ seconds, cpu: user + system, memoryMb: Math.round(kilobytes / 1024) })
      }
    })
  })
}

function machine(name) {
  const home = path.join(dir, name)
  const repo = path.join(home, 'app')
  mkdirSync(repo, { recursive: true })
  execFileSync('git', ['init', '-q', repo])
  execFileSync('git', ['-C', repo, 'remote', 'add', 'origin', 'https://git.example.org/team/app.git'])
  return { repo, env: { PATH: process.env.PATH, HOME: home, AGENT_RALLY_APPS_ROOT: path.join(home, 'apps') } }
}

async function open({ repo, env }) {
  const room = await openRoom(repo, { sessionId: 's', tool: 'codex', model: 'm', runId: 'r' }, { env })
  await room.transport.sessions.setCursor('s', { revision: 0, changes_offset: 0 })
  return room
}

function draft(n) {
  const payload = { n, subject: `record ${n}`, message: 'x'.repeat(300) }
  return { kind: 'feedback', tool: 'codex', model: 'm', run_id: 'r', app_slug: 'app', payload, ts: Date.now() / 1000 }
}

async function startServer() {
  const port = await new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address()
      probe.close(() => resolve(free))
    })
  })
  children.push(
    spawn('nats-server', ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', path.join(dir, 'server')], {
      stdio: 'ignore',
    }),
  )
  for (;;) {
    const up = await new Promise((resolve) => {
      const socket = dial(port, '127.0.0.1')
      socket.once('data', () => resolve(true)).once('error', () => resolve(false))
    })
    if (up) return `nats://127.0.0.1:${port}`
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function rate(count, seconds) {
  return Math.round(count / seconds).toLocaleString('en')
}

function row(what, value) {
  console.log(`| ${what} | ${value} |`)
}
