// How soon `rally watch` tells of an append by another program, and what it costs when nothing happens.
import { spawn } from 'node:child_process'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { renderTable } from './paired.mjs'
import { makeRoom } from './rooms.mjs'

const program = join(dirname(fileURLToPath(import.meta.url)), '../packages/cli/bin/rally.cjs')
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** User and system time of a process in clock ticks of 10 ms. */
function cpuTicks(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return Number(fields[11]) + Number(fields[12])
}

const percentile = (values, p) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * p))]

function escalation(revision) {
  const fact = {
    schema: 'agent-rally.fact.v1',
    event_id: `blf_${revision.toString(16).padStart(24, 'f')}`,
    kind: 'risk',
    subject: 'escalation',
    created_at: new Date().toISOString().replace(/\.\d+/, ''),
    tool: 'other',
    bl_revision: revision,
    bl_kind: 'escalation',
    bl_payload: { reason: 'x' },
  }
  return `${JSON.stringify(fact)}\n`
}

/** Rows: latency of `appends` appends, idle share of a core over `idleSeconds`. */
export async function measureWatch({ appends = 100, idleSeconds = 10 } = {}) {
  const room = makeRoom({ records: 1000, sessions: 5 })
  const child = spawn(process.execPath, [program, 'watch', '--jsonl', '--iterations', '0'], {
    cwd: room.repo,
    env: room.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let arrived = () => {}
  child.stdout.on('data', () => arrived(process.hrtime.bigint()))
  try {
    await new Promise((resolve) => {
      arrived = resolve
    })
    await sleep(500)
    const latencies = []
    for (let index = 0; index < appends; index++) {
      const told = new Promise((resolve) => {
        arrived = resolve
      })
      const start = process.hrtime.bigint()
      // The order of the existing system: the number first, then the record.
      writeFileSync(join(room.channel, 'revision'), String(2000 + index))
      appendFileSync(join(room.channel, 'changes.jsonl'), escalation(2000 + index))
      latencies.push(Number((await told) - start) / 1e6)
      await sleep(60)
    }
    const before = cpuTicks(child.pid)
    await sleep(idleSeconds * 1000)
    const idle = (cpuTicks(child.pid) - before) / (idleSeconds * 100)
    return [
      ['rally watch after a foreign append, p50', 'ms', percentile(latencies, 0.5)],
      ['rally watch after a foreign append, p99', 'ms', percentile(latencies, 0.99)],
      ['rally watch, idle', '% of a core', idle * 100],
    ]
  } finally {
    child.kill()
    room.remove()
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const rows = await measureWatch()
  process.stdout.write(`${renderTable(['what', 'unit', 'value'], rows)}\n`)
}
