// An hour of `rally web` beside a busy room:
//   node bench/board.mjs [--minutes 60] [--agents 50] [--events 5] [--programs] [--profile FOLDER]
// Agents are played by the code of their hooks, so many events a second in all, in one process beside; with --programs each by
// the command line that a host starts. A real Chromium (of the system) has the page open. One line a minute: processor time of the server as a part of one core, memory of server and page.
// It ends with exit 1 where one of the bars is broken: 5 % of a core, and memory that does not grow from the second third of
// the time to the last one by more than a tenth.
import { execFileSync, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { hookCommand } from '../packages/core/dist/moments/hook-command.js'
import { findBrowser } from '../scripts/find-browser.mjs'
import { cleanEnvironment } from './paired.mjs'

const HERE = dirname(fileURLToPath(import.meta.url))
const BIN = join(HERE, '..', 'packages/cli/bin')
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    agents: { type: 'string', default: '50' },
    events: { type: 'string', default: '5' },
    programs: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
})
const [minutes, agents, perSecond] = [values.minutes, values.agents, values.events].map(Number)
const CPU_BAR = 5
const GROWTH_BAR = 1.1

const browserPath = findBrowser()
if (browserPath === undefined) {
  console.log('SKIPPED: no chromium on this machine')
  process.exit(0)
}

const root = realpathSync(mkdtempSync(join(tmpdir(), 'rally-board-')))
const repo = join(root, 'shop')
mkdirSync(repo)
execFileSync('git', ['init', '-q', '-b', 'main', repo])
mkdirSync(join(root, 'home'))
const bin = join(root, 'bin')
mkdirSync(bin)
symlinkSync(join(BIN, 'rally-hook.cjs'), join(bin, 'rally-hook'))
const env = cleanEnvironment({
  PATH: [bin, dirname(process.execPath), process.env.PATH].join(delimiter),
  HOME: join(root, 'home'),
  XDG_CACHE_HOME: join(root, 'cache'),
  AGENT_RALLY_APPS_ROOT: join(root, 'apps'),
})

/** Starts a program and lets it run; what goes wrong is counted. */
let failed = 0
function play(program, args, input = '') {
  const child = spawn(program, args, { cwd: repo, env, stdio: ['pipe', 'ignore', 'ignore'] })
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  return once(child, 'exit').then(
    ([code]) => {
      if (code !== 0) failed += 1
    },
    () => {
      failed += 1
    },
  )
}

const player = values.programs
  ? undefined
  : fork(join(HERE, 'hook-player.mjs'), {
      ...{ cwd: repo, env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
      execArgv: ['--conditions=rally-internal'],
    })

function hook(agent, event, more) {
  const payload = { session_id: `soak-${agent}`, transcript_path: 't', cwd: repo, hook_event_name: event, ...more }
  if (player === undefined) return play('/bin/sh', ['-c', hookCommand('claude_code', event)], JSON.stringify(payload))
  player.send({ event, payload })
  return once(player, 'message').then(([isGood]) => {
    if (!isGood) failed += 1
  })
}

/** What happens at a moment: mostly edits, each of two events; now and then a prompt, a message, an end and a new start. */
function happen(count) {
  const agent = (count >> 1) % agents
  if (count % 97 === 0) return hook(agent, 'UserPromptSubmit', { prompt: `go on with part ${count}` })
  if (count % 301 === 0) {
    const to = count % 2 === 0 ? 'all' : `claude-${1 + ((agent + 1) % agents)}`
    return play(process.execPath, [
      join(BIN, 'rally.cjs'),
      ...['tell', to, `part ${count} is done`, '--session-id', `soak-${agent}`],
    ])
  }
  if (count % 499 === 0) return hook(agent, 'SessionEnd', { reason: 'exit' })
  if (count % 499 === 2) return hook(agent, 'SessionStart', { source: 'startup' })
  const shared = (count >> 1) % 40 === 0
  const file = join(repo, shared ? 'src/shared.ts' : `src/part-${agent}/file-${(count >> 3) % 20}.ts`)
  const call = { tool_name: 'Edit', tool_input: { file_path: file, old_string: 'a', new_string: 'b' } }
  return count % 2 === 0
    ? hook(agent, 'PreToolUse', call)
    : hook(agent, 'PostToolUse', { ...call, tool_response: { filePath: file } })
}

/** Seconds of processor time of a process, all its threads. */
function cpuOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number)
  return (user + system) / 100
}

function residentOf(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}

for (let first = 0; first < agents; first += 8) {
  const some = Array.from({ length: Math.min(8, agents - first) }, (_, at) => first + at)
  await Promise.all(some.map((agent) => hook(agent, 'SessionStart', { source: 'startup' })))
}
if (values.profile !== undefined) mkdirSync(values.profile, { recursive: true })
const profiling = values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`]
const server = spawn(process.execPath, [...profiling, join(BIN, 'rally.cjs'), 'web'], {
  ...{ cwd: repo, env, stdio: ['ignore', 'pipe', 'inherit'] },
})
const [address] = await once(createInterface({ input: server.stdout }), 'line')
const browser = await chromium.launch({
  executablePath: browserPath,
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
  ],
})
const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } })
await page.goto(address)
await page.getByText('claude-1', { exact: true }).first().waitFor()
const devtools = await page.context().newCDPSession(page)
await devtools.send('Performance.enable')

/** Kilobytes of the page's heap after a collection, and how many nodes it has. */
async function pageNow() {
  await devtools.send('HeapProfiler.collectGarbage')
  const { metrics } = await devtools.send('Performance.getMetrics')
  const of = (name) => metrics.find((metric) => metric.name === name)?.value ?? 0
  return { heap: of('JSHeapUsedSize') / 1024 / 1024, nodes: of('Nodes'), script: of('ScriptDuration') }
}

const start = Date.now()
let played = 0
let waiting = 0
const timer = setInterval(() => {
  const due = Math.floor(((Date.now() - start) / 1000) * perSecond)
  // A machine that does not keep up is not asked for more at once than it can run.
  for (; played < due && waiting < 8; played += 1) {
    waiting += 1
    void happen(played).finally(() => {
      waiting -= 1
    })
  }
}, 50)

const samples = []
console.log('minute  events  cpu %  server MB  page MB  page nodes  page script s  failed')
let [cpu, at, events] = [cpuOf(server.pid), Date.now(), 0]
try {
  for (let minute = 1; minute <= minutes; minute += 1) {
    await sleep(start + minute * 60_000 - Date.now())
    const [cpuNow, now, shown] = [cpuOf(server.pid), Date.now(), await pageNow()]
    const percent = ((cpuNow - cpu) / ((now - at) / 1000)) * 100
    const sample = { minute, events: played - events, percent, server: residentOf(server.pid), ...shown }
    samples.push(sample)
    const cells = [minute, sample.events, percent.toFixed(1), sample.server.toFixed(1), shown.heap.toFixed(1)]
    console.log([...cells, shown.nodes, shown.script.toFixed(1), failed].join('\t'))
    ;[cpu, at, events] = [cpuNow, now, played]
  }
} finally {
  clearInterval(timer)
  while (waiting > 0) await sleep(100)
  player?.kill()
  await browser.close()
  server.kill('SIGINT')
  await once(server, 'exit')
  if (process.env.RALLY_KEEP === undefined) rmSync(root, { recursive: true, force: true, maxRetries: 20 })
}

const mean = (part, of) => part.reduce((sum, sample) => sum + of(sample), 0) / part.length
const third = Math.floor(samples.length / 3)
const [middle, last] = third === 0 ? [samples, samples] : [samples.slice(third, 2 * third), samples.slice(-third)]
const found = {
  minutes,
  cpu: mean(samples, ({ percent }) => percent),
  events: mean(samples, (sample) => sample.events) / 60,
  serverGrowth: mean(last, ({ server: resident }) => resident) / mean(middle, ({ server: resident }) => resident),
  pageGrowth: mean(last, ({ heap }) => heap) / mean(middle, ({ heap }) => heap),
}
console.log(JSON.stringify(found))
// A machine that is busy with other things plays less than was asked for, and says nothing of the bars.
const isPlayed = found.events >= perSecond * 0.8
if (!isPlayed) console.log(`only ${found.events.toFixed(1)} of ${perSecond} events a second were played`)
const isGood = isPlayed && found.cpu < CPU_BAR && found.serverGrowth < GROWTH_BAR && found.pageGrowth < GROWTH_BAR
process.exitCode = isGood ? 0 : 1
