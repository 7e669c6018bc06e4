// `rally log` in a room of 1,000,000 records and 50,000 edits, warm: time against a bare `node -e 0`, and the largest memory.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BARE_NODE, ratio, renderTable } from './paired.mjs'
import { makeRoom } from './rooms.mjs'

const rally = [process.execPath, join(dirname(fileURLToPath(import.meta.url)), '../packages/cli/bin/rally.cjs')]
const RECORDS = Number(process.env.RALLY_BENCH_RECORDS ?? 1_000_000)
const EDITS = RECORDS / 20
const DAY = 86_400
const DAYS = 30

const QUERIES = [
  ['log', '--since', '7d'],
  ['log', '--grep', 'feedback 77777'],
  ['log', '--grep', 'a word that stands nowhere'],
  ['log', '--kind', 'edit', '--since', '7d'],
  ['who', 'src/file-7.ts'],
]

/** Records of thirty days, edits of seven. */
function fill() {
  const now = Date.now() / 1000
  const room = makeRoom({
    records: RECORDS,
    sessions: 12,
    timeOf: (revision) => new Date((now - DAYS * DAY * (1 - revision / RECORDS)) * 1000).toISOString(),
  })
  const folder = join(room.root, 'apps/room/hook/edits')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const days = new Map()
  for (let at = 0; at < EDITS; at++) {
    const last = now - 7 * DAY * (1 - at / EDITS)
    const line = {
      z: last,
      a: last - 60,
      c: 3,
      f: `src/file-${at % 500}.ts`,
      s: `peer-${at % 12}`,
      n: `tool-${at % 12}`,
      h: 'tool-1',
      w: room.repo,
    }
    const day = Math.floor(last / DAY)
    days.set(day, [...(days.get(day) ?? []), JSON.stringify(line)])
  }
  for (const [day, lines] of days) writeFileSync(join(folder, `${day}.jsonl`), `${lines.join('\n')}\n`)
  return room
}

/** The largest resident memory of a run, in MB. */
function memoryOf(words, room) {
  const note = join(room.root, 'rss')
  const hook = join(room.root, 'rss.cjs')
  writeFileSync(
    hook,
    `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(note)}, String(process.resourceUsage().maxRSS)))`,
  )
  const [node, ...args] = [...rally, ...words]
  spawnSync(node, ['--require', hook, ...args], { cwd: room.repo, env: room.env, stdio: 'ignore' })
  return Number(readFileSync(note, 'utf8')) / 1024
}

export function measureLog(runs) {
  const room = fill()
  try {
    return QUERIES.map((words) => {
      const {
        ratio: times,
        best,
        a,
        b,
        statuses,
      } = ratio([...rally, ...words], BARE_NODE, {
        runs,
        options: { cwd: room.repo, env: room.env },
      })
      return [`rally ${words.join(' ')}`, times, best, a, b, memoryOf(words, room), statuses.join('/')]
    })
  } finally {
    room.remove()
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const head = ['command', 'times bare node', 'of the fastest', 'ms', 'ms of bare node', 'MB', 'exit']
  console.log(renderTable(head, measureLog(Number(process.argv[2] ?? 5))))
}
