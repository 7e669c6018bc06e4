// Hooks through the command line that hosts run, against a bare `node -e 0` in the same run.
import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hookCommand } from '@rally/core/moments/hook-command'
import { BARE_NODE, ratio, renderTable } from './paired.mjs'
import { makeRoom } from './rooms.mjs'

const starter = join(dirname(fileURLToPath(import.meta.url)), '../packages/cli/bin/rally-hook.cjs')
const HOST = 'buildloop'
const SESSION = 'bench-1'

/** The room with `rally-hook` on the PATH, as an installation has it. */
function install({ root, env }) {
  const bin = join(root, 'bin')
  mkdirSync(bin)
  symlinkSync(starter, join(bin, 'rally-hook'))
  return { ...env, PATH: `${bin}${delimiter}${dirname(process.execPath)}${delimiter}${env.PATH}` }
}

/** `path` is one that nobody has, or one that a peer has announced. */
function measure(room, env, { event, path, before }, runs) {
  const input = JSON.stringify({ session_id: SESSION, cwd: room.repo, paths: [join(room.repo, path)] })
  const options = { cwd: room.repo, env, input }
  return ratio(['/bin/sh', '-c', hookCommand(HOST, event)], BARE_NODE, {
    runs,
    options,
    ...(before && { before: () => before(room) }),
  })
}

/** What a session was warned of: without it a warning is news again. */
const forgetWarnings = ({ channel }) => rmSync(join(channel, 'hook', `${SESSION}.jsonl`), { force: true })

const CASES = [
  { name: 'before-edit, quiet', event: 'before-edit', path: 'src/mine.ts' },
  { name: 'before-edit, with a warning', event: 'before-edit', path: 'src/file-7.ts', before: forgetWarnings },
  { name: 'prompt, quiet', event: 'turn-start', path: 'src/mine.ts' },
  { name: 'session-start', event: 'session-start', path: 'src/mine.ts' },
]

const rows = []
for (const [records, sessions] of [
  [1_000, 50],
  [100_000, 500],
]) {
  const room = makeRoom({ records, sessions })
  try {
    const env = install(room)
    for (const one of CASES) {
      const result = measure(room, env, one, Number(process.env.RUNS ?? 41))
      rows.push([
        one.name,
        `${records} / ${sessions}`,
        result.ratio,
        result.best,
        result.a,
        result.b,
        result.statuses.join('/'),
      ])
    }
  } finally {
    room.remove()
  }
}
process.stdout.write(
  `${renderTable(['hook', 'records / sessions', 'ratio to bare node', 'of the fastest', 'ms', 'bare ms', 'exit'], rows)}\n`,
)
