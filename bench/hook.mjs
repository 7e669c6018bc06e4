// Hooks through the command line that hosts run, against a bare `node -e 0` in the same run.
import { appendFileSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { basename, delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hookCommand } from '../packages/core/dist/moments/hook-command.js'
import { BARE_NODE, ratio, renderTable } from './paired.mjs'
import { makeRoom } from './rooms.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const STARTER = join(here, '../packages/cli/bin/rally-hook.cjs')
const FLOOR = join(here, 'hook-floor.cjs')
const HOST = 'claude_code'
/** What the host calls its moments. */
const EVENTS = { 'session-start': 'SessionStart', prompt: 'UserPromptSubmit', 'before-edit': 'PreToolUse' }
const SESSION = 'bench-1'
const OTHER = 'bench-2'

/** The room with a program as `rally-hook` on the PATH, as an installation has it. */
function install({ root, env }, program) {
  const bin = join(root, `bin-${basename(program)}`)
  mkdirSync(bin)
  symlinkSync(program, join(bin, 'rally-hook'))
  return { ...env, PATH: `${bin}${delimiter}${dirname(process.execPath)}${delimiter}${env.PATH}` }
}

/** `path` is one that nobody has, or one that a peer has announced; a function gives each run another one. */
function measure(room, env, { event, path, session = SESSION, before }, runs) {
  let run = 0
  const options = {
    cwd: room.repo,
    env,
    get input() {
      const named = typeof path === 'function' ? path(run++) : path
      const common = {
        session_id: session,
        cwd: room.repo,
        hook_event_name: EVENTS[event],
        prompt: 'go on',
        source: 'startup',
      }
      const tool_input = { file_path: join(room.repo, named), old_string: 'x'.repeat(400), new_string: 'y'.repeat(400) }
      return JSON.stringify({ ...common, tool_name: 'Edit', tool_input })
    },
  }
  return ratio(['/bin/sh', '-c', hookCommand(HOST, EVENTS[event])], BARE_NODE, {
    runs,
    options,
    ...(before && { before: () => before(room) }),
  })
}

/** What a session was warned of: without it a warning is news again. */
const forgetWarnings = ({ channel }) => rmSync(join(channel, 'hook', `${SESSION}.jsonl`), { force: true })

/** A session gives all its files back, or each run would have one more in flight than the one before. */
function giveBack({ channel }) {
  const t = Date.now() / 1000
  mkdirSync(join(channel, 'hook/inflight'), { recursive: true, mode: 0o700 })
  const file = join(channel, 'hook/inflight', `${OTHER}.jsonl`)
  appendFileSync(file, `${JSON.stringify({ t, s: OTHER, end: true })}\n`)
}

/** Fifty files kept by others for two hours, none of them one that is edited here; written so long ago that it counts as settled. */
function claimForOthers({ channel }) {
  const now = Date.now() / 1000
  const claims = Array.from({ length: 50 }, (_, index) => ({
    ...{
      id: `c${index + 1}`,
      fence: index + 1,
      session_id: `peer-${index}`,
      tool: `tool-${index % 7}`,
      host: 'h',
      by: null,
    },
    patterns: [index % 2 === 0 ? `src/area-${index}/**` : `src/file-${index}-*.ts`],
    ...{ mode: 'exclusive', why: null, since: now - 60, until: now + 7200, secs: 7200 },
  }))
  const file = join(channel, 'rally/claims.json')
  mkdirSync(join(channel, 'rally'), { recursive: true, mode: 0o700 })
  writeFileSync(file, JSON.stringify({ schema_version: '1.0', fence: claims.length, claims }))
  utimesSync(file, now - 60, now - 60)
}

const CASES = [
  { name: 'before-edit, quiet', event: 'before-edit', path: 'src/mine.ts' },
  {
    name: 'before-edit, quiet, by the program',
    event: 'before-edit',
    path: 'src/mine.ts',
    more: { RALLY_GATE: 'off' },
  },
  {
    name: 'before-edit of another file, quiet',
    event: 'before-edit',
    path: (run) => `src/mine-${run}.ts`,
    session: OTHER,
    before: giveBack,
  },
  { name: 'before-edit, with a warning', event: 'before-edit', path: 'src/file-7.ts', before: forgetWarnings },
  { name: 'prompt, quiet', event: 'prompt', path: 'src/mine.ts' },
  { name: 'session-start', event: 'session-start', path: 'src/mine.ts' },
  {
    name: 'before-edit, quiet, 50 claims of others, none matching',
    event: 'before-edit',
    path: 'src/mine.ts',
    prepare: claimForOthers,
  },
  // What is left of the program when it only loads: the way of all but the first row begins with that.
  { name: 'before-edit, switched off', event: 'before-edit', path: 'src/mine.ts', more: { RALLY_HOOKS: 'off' } },
  // After the others, which make the files that these look at.
  { name: 'the same line, an empty script', event: 'before-edit', path: 'src/mine.ts', floor: 'empty' },
  { name: 'the same line, only the file system calls', event: 'before-edit', path: 'src/mine.ts', floor: 'calls' },
]

const rows = []
for (const [records, sessions] of [
  [1_000, 50],
  [100_000, 500],
]) {
  const room = makeRoom({ records, sessions })
  try {
    const env = install(room, STARTER)
    const floor = install(room, FLOOR)
    for (const one of CASES) {
      one.prepare?.(room)
      const result = measure(
        room,
        one.floor ? { ...floor, FLOOR: one.floor } : { ...env, ...one.more },
        one,
        Number(process.env.RUNS ?? 41),
      )
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
