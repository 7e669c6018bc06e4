// What an edit costs agents that work: sessions are played through the command line that hosts run, each edit against a bare
// `node -e 0` beside it. Time passes by ageing the room: stored times and times of files are moved back by the gap between edits.
// EDITS: edits of each session and row; SEED; LARGE=1: a room of 100,000 records and 500 presence records.
// REAL=1: four agents in real time, and the same edits with an aged room, whose rate must be the same (EDITS=52 takes ten minutes).
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hookCommand } from '../packages/core/dist/moments/hook-command.js'
import { BARE_NODE, renderTable, timeOnce } from './paired.mjs'
import { makeRoom } from './rooms.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const STARTER = join(here, '../packages/cli/bin/rally-hook.cjs')
const EDITS = Number(process.env.EDITS ?? 60)
const LARGE = process.env.LARGE !== undefined
const REAL = process.env.REAL !== undefined

/** Seconds between two edits of one agent, and how often (edits) somebody writes it a message, or it gets a prompt. */
const [SHORTEST, LONGEST] = [3, 20]
const MESSAGE_EVERY = 40
const PROMPT_EVERY = 30

function numbers(seed) {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return state / 2 ** 32
  }
}

/** Everything in a folder becomes older by `gap` seconds: what files say, in the same length (others know it), and their own times. */
function age(folder, gap) {
  if (!existsSync(folder)) return
  const now = Date.now() / 1000
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      age(path, gap)
      continue
    }
    // The second is another name of a record, which became older already.
    if (!entry.isFile() || entry.name.startsWith('changes.jsonl') || entry.name.endsWith('+record')) continue
    const { atimeMs, mtimeMs, size } = statSync(path)
    if (size > 0 && /\.jsonl?$/.test(entry.name)) {
      const text = readFileSync(path, 'utf8')
      const older = text.replace(/(?<![\w.])\d{10}(\.\d+)?(?![\w.])/g, (time) =>
        Math.abs(Number(time) - now) < 1e6 ? (Number(time) - gap).toFixed(time.split('.')[1]?.length ?? 0) : time,
      )
      if (older !== text) writeFileSync(path, older)
    }
    utimesSync(path, atimeMs / 1000 - gap, mtimeMs / 1000 - gap)
  }
}

/** Waits until `gap` seconds after `since`, of `performance.now`. */
function waitReally(since, gap) {
  const left = since + gap * 1000 - performance.now()
  if (left > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, left)
}

/** Somebody writes to all of one tool. */
function write(channel) {
  const message = {
    schema_version: '1.0',
    kind: 'message',
    from: 'codex',
    from_session_id: 'x',
    message: 'a word',
    ts: Date.now() / 1000,
  }
  mkdirSync(join(channel, 'inbox'), { recursive: true })
  writeFileSync(join(channel, 'inbox/claude_code.jsonl'), `${JSON.stringify(message)}\n`, { flag: 'a' })
}

function play(agents, stay, seed, really = false) {
  const random = numbers(seed)
  const room = makeRoom(LARGE ? { records: 100_000, sessions: 500 } : { records: 1_000, sessions: 0 })
  // The branch has been there for a while: it does not become older with the room.
  utimesSync(join(room.repo, '.git/HEAD'), 1e9, 1e9)
  const bin = join(room.root, 'bin')
  mkdirSync(bin)
  symlinkSync(STARTER, join(bin, 'rally-hook'))
  const env = { ...room.env, PATH: `${bin}${delimiter}${dirname(process.execPath)}${delimiter}${room.env.PATH}` }
  const journal = join(room.env.HOME, '.local/state/rally/hooks.jsonl')
  const calls = () => {
    try {
      return readFileSync(journal, 'utf8').split('\n').length
    } catch {
      return 0
    }
  }
  const hook = (session, event, more) => {
    const payload = { session_id: session, cwd: room.repo, hook_event_name: event, ...more }
    const options = { cwd: room.repo, env, input: JSON.stringify(payload) }
    return timeOnce(['/bin/sh', '-c', hookCommand('claude_code', event)], options)
  }
  const editOf = (id, file) => ({
    tool_name: 'Edit',
    tool_input: {
      file_path: join(room.repo, `src/${id}/${file}.ts`),
      old_string: 'x'.repeat(400),
      new_string: 'y'.repeat(400),
    },
  })
  try {
    // Hooks have run here before, and spoken: what they compile then is kept.
    for (let round = 0; round < 2; round++) {
      hook('before', 'SessionStart', { source: 'startup' })
      write(room.channel)
      for (let edit = 0; edit < 3; edit++) hook('before', 'PreToolUse', editOf('before', 0))
      hook('before', 'UserPromptSubmit', { prompt: 'work' })
      hook('before', 'SessionEnd', { reason: 'other' })
    }
    const sessions = Array.from({ length: agents }, (_, index) => ({ id: `agent-${index}`, file: 0 }))
    for (const { id } of sessions) hook(id, 'SessionStart', { source: 'startup' })
    for (const { id } of sessions) hook(id, 'UserPromptSubmit', { prompt: 'work' })
    timeOnce(BARE_NODE, { env })
    const ratios = []
    const short = []
    let last = performance.now()
    const pass = (secs) => {
      if (really) {
        waitReally(last, secs)
        last += secs * 1000
        return
      }
      age(room.channel, secs)
      age(join(room.env.XDG_CACHE_HOME ?? join(room.env.HOME, '.cache'), 'rally/gate'), secs)
    }
    for (let edit = 0; edit < EDITS * agents; edit++) {
      const session = sessions[edit % agents]
      const gap = (SHORTEST + random() * (LONGEST - SHORTEST)) / agents
      // A message comes at any time between two edits.
      const before = gap * random()
      pass(before)
      if (random() < 1 / MESSAGE_EVERY) write(room.channel)
      pass(gap - before)
      if (random() < 1 / PROMPT_EVERY) hook(session.id, 'UserPromptSubmit', { prompt: 'go on' })
      if (random() > stay) session.file = Math.floor(random() * 40)
      const started = calls()
      const a = hook(session.id, 'PreToolUse', editOf(session.id, session.file))
      const b = timeOnce(BARE_NODE, { env })
      ratios.push(a.ms / b.ms)
      if (calls() === started) short.push(a.ms / b.ms)
    }
    const sorted = [...ratios].sort((x, y) => x - y)
    const sum = ratios.reduce((total, one) => total + one, 0)
    const shortSorted = short.sort((x, y) => x - y)
    return {
      rate: short.length / ratios.length,
      mean: sum / ratios.length,
      median: sorted[sorted.length >> 1],
      worst: sorted.at(-1),
      short: shortSorted[shortSorted.length >> 1] ?? Number.NaN,
    }
  } finally {
    room.remove()
  }
}

const seedOf = (agents, stay) => Number(process.env.SEED ?? 1) + agents * 10 + stay * 100

if (REAL) {
  for (const really of [false, true]) {
    const { rate, mean } = play(4, 0.6, seedOf(4, 0.6), really)
    const way = really ? 'in real time' : 'with an aged room'
    process.stdout.write(
      `4 agents, ${4 * EDITS} edits ${way}: ${Math.round(rate * 100)} % without a program, mean ${mean.toFixed(2)}\n`,
    )
  }
  process.exit(0)
}

const rows = []
for (const agents of [1, 4, 8]) {
  const means = []
  for (const stay of [0.3, 0.6, 0.9]) {
    const { rate, mean, median, worst, short } = play(agents, stay, seedOf(agents, stay))
    means.push(mean)
    rows.push([agents, `${stay * 100} %`, `${Math.round(rate * 100)} %`, mean, median, short, worst])
  }
  rows.push([agents, 'mean of the three', '', means.reduce((a, b) => a + b, 0) / means.length, '', '', ''])
}
const head = [
  'agents',
  'edits of the same file',
  'without a program',
  'mean ratio to bare node',
  'median',
  'of those without a program',
  'worst',
]
process.stdout.write(`${renderTable(head, rows)}\n`)
