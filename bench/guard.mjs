// `rally guard --staged` before a commit of 300 files, against a bare `node -e 0` in the same run. RUNS: pairs of each row.
import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BARE_NODE, ratio, renderTable } from './paired.mjs'
import { makeRoom } from './rooms.mjs'

const rally = [process.execPath, join(dirname(fileURLToPath(import.meta.url)), '../packages/cli/bin/rally.cjs')]
const STAGED = 300
const RUNS = Number(process.env.RUNS ?? 21)

const nameOf = (index) => `src/deep/part-${index % 12}/staged-${index}.ts`

/** A repository in which 300 files were committed, changed and staged, while others work elsewhere. */
function makeStaged() {
  const room = makeRoom({ records: 1_000, sessions: 50 })
  const git = (...args) =>
    execFileSync('git', ['-c', 'user.name=b', '-c', 'user.email=b@example.invalid', ...args], { cwd: room.repo })
  const write = (text) => {
    for (let index = 0; index < STAGED; index++) {
      mkdirSync(join(room.repo, dirname(nameOf(index))), { recursive: true })
      writeFileSync(join(room.repo, nameOf(index)), `${text} ${index}\n`)
    }
    git('add', '.')
  }
  write('one')
  git('commit', '-q', '-m', 'files')
  write('two')
  return room
}

/** A peer announced some of the files a moment ago. */
function edit({ channel, repo }, indexes) {
  const t = Date.now() / 1000
  const folder = join(channel, 'hook/inflight')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const files = indexes.map((index) => [nameOf(index), t])
  appendFileSync(
    join(folder, 'peer-1.jsonl'),
    `${JSON.stringify({ t, s: 'peer-1', h: 'tool-1', w: repo, f: files })}\n`,
  )
}

const room = makeStaged()
try {
  const measure = (name) => {
    const options = { cwd: room.repo, env: room.env }
    const {
      ratio: median,
      best,
      a,
      b,
      statuses,
    } = ratio([...rally, 'guard', '--staged'], BARE_NODE, { runs: RUNS, options })
    return [name, median, best, a, b, statuses.join('/')]
  }
  const rows = [measure(`${STAGED} staged files, none of others`)]
  edit(room, [7])
  rows.push(measure(`${STAGED} staged files, one of another`))
  edit(
    room,
    Array.from({ length: STAGED }, (_, index) => index),
  )
  rows.push(measure(`${STAGED} staged files, all of another`))
  process.stdout.write(
    `${renderTable(['guard', 'ratio to bare node', 'of the fastest', 'ms', 'bare ms', 'exit'], rows)}\n`,
  )
} finally {
  room.remove()
}
