#!/usr/bin/env node
// What the file transport costs, as ratios: node bench/storage.mjs [--full] [--json]
// Times on a shared machine mean little; each row is measured beside what it is compared with, turn by turn.
// --full uses logs of 1,000,000 records (600 MB in the temporary folder) instead of 100,000.
import { spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { createFileTransport } from '../packages/local/dist/public/index.js'

const full = process.argv.includes('--full')
const LARGE = full ? 1_000_000 : 100_000
const postMany = fileURLToPath(new URL('../packages/local/bench/post-many.js', import.meta.url))
const base = process.argv[2] === '--project' ? '' : fs.mkdtempSync(path.join(os.tmpdir(), 'rally-bench-'))
const env = { XDG_CACHE_HOME: path.join(base, 'cache') }
const rows = []

const ids = { hex: (n) => randomUUID().replaceAll('-', '').slice(-n), digits: () => '000000' }
const clock = { now: () => Date.now() / 1000 }
const open = (dir) =>
  createFileTransport({ channel: { app: path.basename(dir), dir, appsRoot: base }, clock, ids, env })

const summary = {
  name: 'bench',
  version: 1,
  initial: () => ({ count: 0, kinds: {}, newest: [] }),
  fold(state, record) {
    state.count++
    state.kinds[record.kind] = (state.kinds[record.kind] ?? 0) + 1
    state.newest.push(record)
    if (state.newest.length > 40) state.newest.splice(0, 20)
    return state
  },
}

if (process.argv[2] === '--project') {
  // A child of this program: one first projection, and its peak memory.
  const { done, peak } = await project(process.argv[3])
  console.log(JSON.stringify({ done, peak }))
} else {
  try {
    await main()
  } finally {
    fs.rmSync(base, { recursive: true, force: true })
  }
}

async function main() {
  const small = makeChannel('small', 10)
  const large = makeChannel('large', LARGE)
  await compareWrites(small, large)
  await compareReads(small, large)
  await manyWriters()
  await watchLatency()
  report()
}

async function compareWrites(small, large) {
  const a = open(small)
  const b = open(large)
  const draft = {
    kind: 'feedback',
    tool: 'codex',
    model: 'm',
    run_id: 'r',
    app_slug: 'a',
    payload: { text: 'x'.repeat(200) },
  }
  const heartbeat = { kind: 'task-heartbeat', session_id: 's1', tool: 'codex', task_ref: 't', status: 'running', ts: 1 }
  const presence = {
    session_id: 's1',
    tool: 'codex',
    model: 'm',
    run_id: 'r',
    app_slug: 'a',
    phase: 'p',
    files_in_flight: [],
    heartbeat_ts: 1,
  }
  const raw = fs.openSync(path.join(base, 'raw.jsonl'), 'a')
  const line = Buffer.alloc(600, 120)
  const operations = {
    post: (t) => t.log.append({ ...draft, ts: Date.now() / 1000 }),
    heartbeat: (t) => t.heartbeats.append(heartbeat),
    presence: (t) => t.sessions.put(presence),
  }
  for (const [name, operation] of Object.entries(operations)) {
    const times = await turns(full ? 1500 : 800, {
      small: () => operation(a),
      large: () => operation(b),
      raw: async () => fs.writeSync(raw, line),
    })
    row(`${name}, ${LARGE} records : 10 records`, times.large / times.small, '<= 1.5')
    row(`${name} : raw O_APPEND of 600 bytes`, times.small / times.raw)
  }
  await a.close()
  await b.close()
}

async function compareReads(small, large) {
  const first = JSON.parse(
    spawnSync(process.execPath, [process.argv[1], '--project', large], { encoding: 'utf8' }).stdout,
  )
  row(`peak memory of a first projection of ${LARGE} records, MB`, Math.round(first.peak / 1024), '< 150')
  const looks = {
    'project (warm)': (t) => t.log.project(summary),
    'latest(20)': (t) => t.log.latest(20),
    revision: (t) => t.log.revision(),
  }
  await open(large).log.project(summary)
  for (const [name, look] of Object.entries(looks)) {
    const times = await turns(100, { small: () => look(open(small)), large: () => look(open(large)) })
    row(`${name}, ${LARGE} records : 10 records`, times.large / times.small)
  }
  const one = open(path.join(base, 'one'))
  const many = open(path.join(base, 'many'))
  const presence = {
    tool: 'codex',
    model: 'm',
    run_id: 'r',
    app_slug: 'a',
    phase: 'p',
    task: 'x'.repeat(60),
    files_in_flight: ['a.ts'],
    heartbeat_ts: 1,
  }
  await one.sessions.put({ ...presence, session_id: 's' })
  for (let i = 0; i < 500; i++) await many.sessions.put({ ...presence, session_id: `s${i}` })
  const folder = path.join(base, 'many', 'sessions')
  const times = await turns(40, {
    listed: () => many.sessions.list(),
    plain: async () =>
      fs.readdirSync(folder).map((name) => JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'))),
  })
  row('list of 500 sessions : plain readFile and JSON.parse of each', times.listed / times.plain)
  row('list of 500 sessions, ms', times.listed)
}

/** Eight processes that post at once, beside eight that only append lines of the same size. */
async function manyWriters() {
  const dir = path.join(base, 'many-writers')
  fs.mkdirSync(dir)
  const each = full ? 10_000 : 3000
  const rate = await together(8, [postMany, dir, String(each), '--channel'], each)
  const append = `const fs=require('fs');const fd=fs.openSync(${JSON.stringify(path.join(base, 'appended'))},'a');const b=Buffer.alloc(600,120);
    const s=performance.now();for(let i=0;i<${each};i++)fs.writeSync(fd,b);console.log(JSON.stringify({seconds:(performance.now()-s)/1000}))`
  const rawRate = await together(8, ['-e', append], each)
  row('8 processes posting together, records/s', Math.round(rate), '>= 8000')
  row('8 processes appending raw lines : posting', rawRate / rate)
}

async function together(count, argv, each) {
  const outputs = await Promise.all(Array.from({ length: count }, () => output(argv)))
  return (count * each) / Math.max(...outputs.map((text) => JSON.parse(text).seconds))
}

function output(argv) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.stdout.on('data', (chunk) => {
      text += chunk
    })
    child.on('close', (code) => (code === 0 ? resolve(text) : reject(new Error(`exit ${code}`))))
  })
}

/** From an append by somebody else to the hint, and what waiting costs. */
async function watchLatency() {
  const dir = makeChannel('watched', 10)
  const stop = new AbortController()
  let heard = () => {}
  const watching = open(dir).watch(({ store }) => store === 'log' && heard(), { signal: stop.signal })
  const latencies = []
  for (let i = 0; i < (full ? 300 : 100); i++) {
    await new Promise((resolve) => setTimeout(resolve, 10))
    const hint = new Promise((resolve) => {
      heard = resolve
    })
    const start = performance.now()
    fs.appendFileSync(path.join(dir, 'changes.jsonl'), '{"kind":"a"}\n')
    await hint
    latencies.push(performance.now() - start)
  }
  latencies.sort((x, y) => x - y)
  row('append to hint, p99 in ms', latencies[Math.floor(latencies.length * 0.99)], '< 100')
  const before = process.cpuUsage()
  await new Promise((resolve) => setTimeout(resolve, 4000))
  const { user, system } = process.cpuUsage(before)
  row('idle watch, % of a core', (user + system) / 40_000, '< 0.5')
  stop.abort()
  await watching
}

/** The median time of each, in milliseconds, taken in turns so that a busy machine slows all of them alike. */
async function turns(count, actions) {
  const times = Object.fromEntries(Object.keys(actions).map((name) => [name, []]))
  for (let i = -Math.ceil(count / 5); i < count; i++) {
    for (const [name, action] of Object.entries(actions)) {
      const start = performance.now()
      await action()
      if (i >= 0) times[name].push(performance.now() - start)
    }
  }
  return Object.fromEntries(
    Object.entries(times).map(([name, list]) => [name, list.sort((x, y) => x - y)[list.length >> 1]]),
  )
}

/** A channel with a log and a heartbeat file of so many lines. */
function makeChannel(name, count) {
  const dir = path.join(base, name)
  fs.mkdirSync(path.join(dir, 'task-heartbeats'), { recursive: true })
  const fact = (n) =>
    `{"schema":"agent-rally.fact.v1","event_id":"blf_${n.toString(16).padStart(24, '0')}","seq":0,"thread_id":"run-1","kind":"artifact","subject":"feedback","scope":[],"created_at":"2026-11-18T10:16:40Z","evidence":[],"tool":"codex","status":"PASS","bl_revision":${n},"bl_model":"m","bl_app_slug":"demo-app","bl_kind":"feedback","bl_payload":{"verdict":"PASS","step":${n},"text":"${'x'.repeat(250)}"}}\n`
  const beat = (n) => `{"session_id":"s${n % 50}","task_ref":"t${n % 7}","ts":${n}}\n`
  for (const [file, line] of [
    ['changes.jsonl', fact],
    ['task-heartbeats/codex.jsonl', beat],
  ]) {
    const fd = fs.openSync(path.join(dir, file), 'w')
    for (let n = 1; n <= count; ) {
      let text = ''
      for (; n <= count && text.length < 1 << 20; n++) text += line(n)
      fs.writeSync(fd, text)
    }
    fs.closeSync(fd)
  }
  fs.writeFileSync(path.join(dir, 'revision'), String(count))
  return dir
}

async function project(dir) {
  const transport = createFileTransport({ channel: { app: 'x', dir, appsRoot: dir }, clock, ids, env: {} })
  const { count } = await transport.log.project(summary)
  return { done: count, peak: process.resourceUsage().maxRSS }
}

function row(what, value, target = '') {
  rows.push({ what, value: Number(value.toFixed(value < 10 ? 2 : 0)), target })
}

function report() {
  if (process.argv.includes('--json')) console.log(JSON.stringify(rows))
  else {
    console.log('| what | value | wanted |\n|---|---|---|')
    for (const { what, value, target } of rows) console.log(`| ${what} | ${value} | ${target} |`)
  }
}
