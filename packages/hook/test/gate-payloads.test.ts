import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { callHook, installProgram } from './program.js'
import { Scratch } from './scratch.js'

// The gate and payloads that no well-meaning host sends: where it is silent the program would have been, too; nothing is run, and
// nothing is written but the announcement. RALLY_GATE_PAYLOADS=5000 RALLY_SEED=7 tries more of them.
const PAYLOADS = Number(process.env.RALLY_GATE_PAYLOADS ?? 240)

let scratch: Scratch
let program = ''
let handedOver = ''
beforeAll(async () => {
  scratch = new Scratch()
  scratch.reset()
  program = join(scratch.dir, 'program')
  handedOver = join(scratch.dir, 'handed-over')
  await installProgram(program)
  // In the place of Node: takes everything, as the program would, and says that it was started.
  const bin = join(scratch.dir, 'bin')
  fs.mkdirSync(bin)
  const taker = `#!/bin/sh\n[ "$#" -lt 4 ] || cat <&3 >/dev/null\ncat >/dev/null\necho x >>'${handedOver}'\n`
  fs.writeFileSync(join(bin, 'node'), taker, { mode: 0o755 })
  const head = join(scratch.repo, '.git/HEAD')
  fs.utimesSync(head, Date.now() / 1000 - 60, Date.now() / 1000 - 60)
})
afterAll(() => scratch.remove())

const SHELLS = [['dash'], ['bash', '--posix'], ['busybox', 'sh'], ['zsh', '--emulate', 'sh']].filter(
  ([name = '']) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0,
)

let seed = Number(process.env.RALLY_SEED ?? 7) >>> 0
const random = (below: number) => {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0
  return Math.floor((seed / 2 ** 32) * below)
}
const one = <T>(of: readonly T[]): T => of[random(of.length)] as T

/** Files that somebody else has, in ways in which a payload can name them; and others. */
const TAKEN = ['src/b.ts', 'src/with space.ts', 'lib/(x)+[y].ts', 'docs/ä.md']
const FREE = [
  'src/mine.ts',
  'src/$(touch PLANTED).ts',
  'src/`touch PLANTED`.ts',
  'src/"q".ts',
  "src/'q.ts",
  'src/*',
  '-e',
]
const TEXTS = [
  ...[
    'x',
    '$(touch PLANTED)',
    '`touch PLANTED`',
    '";touch PLANTED;"',
    "';touch PLANTED;'",
    '\\',
    '\\\\"',
    '\u0000\u001b[2J',
  ],
  ...[
    '"session_id": "two"',
    '\\"file_path\\":\\"/x\\"',
    '%s%n',
    '\u2028',
    '\ud800',
    '{"a":1}',
    "'\n'",
    '*/',
    'x'.repeat(3000),
  ],
]
const KEYS = ['session_id', 'cwd', 'tool_name', 'file_path', 'agent_id', 'hook_event_name', 'note']

function payload(): string {
  const file = random(2) === 0 ? one(TAKEN) : one(FREE)
  const path = one([`${scratch.repo}/${file}`, `${scratch.repo}/${file}`, file, `${scratch.repo}/./${file}`])
  const more = random(3) === 0 ? { [one(KEYS)]: one([one(TEXTS), 1, null, [], { file_path: one(TAKEN) }]) } : {}
  const tool_input = {
    file_path: path,
    old_string: one(TEXTS),
    new_string: one(TEXTS),
    ...(random(4) === 0 ? more : {}),
  }
  const whole = {
    ...{ session_id: 'one', cwd: scratch.repo, hook_event_name: 'PreToolUse', tool_name: 'Edit', tool_input },
    ...(random(4) === 0 ? more : {}),
  }
  return changed(JSON.stringify(whole, null, one([undefined, undefined, 1])))
}

function changed(text: string): string {
  const at = random(text.length)
  switch (random(14)) {
    case 0:
      return text.slice(0, at)
    case 1:
      return `${text}${one(['\n', '', ' '])}${text}`
    case 2:
      return `${text.slice(0, at)}${one(TEXTS)}${text.slice(at)}`
    case 3:
      return text.replaceAll('":', one(['" :', '":\t', '":\n']))
    case 4:
      return text.replaceAll('/', '\\/')
    case 5:
      return text.replace('b.ts', '\\u0062.ts').replace('with', '\\u0077ith')
    case 6:
      return text.replace(`"${one(KEYS)}"`, `"${one(KEYS)}"`)
    case 7:
      return `${text.slice(0, -1)},"long":"${'y'.repeat(one([20_000, 70_000, 1 << 20]))}"}`
    case 8:
      return `${one(['\ufeff', ' ', '\n', '[', '\u0000'])}${text}`
    default:
      return text
  }
}

const room = (relative: string) => join(scratch.channel, relative)
const started = () => (fs.existsSync(handedOver) ? fs.statSync(handedOver).size : 0)

/** Every file that a call must not touch, with its text. */
function elsewhere(): Map<string, string> {
  const files = fs.readdirSync(scratch.dir, { recursive: true, withFileTypes: true })
  const paths = files.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  const isOurs = (path: string) =>
    path === handedOver || /\+(now|more|\d)$/.test(path) || path === room('hook/inflight/one.jsonl')
  return new Map(paths.filter((path) => !isOurs(path)).map((path) => [path, String(fs.statSync(path).mtimeMs)]))
}

it('is silent only where the program is, runs nothing, writes nothing else', () => {
  const real = (text: string, env = {}) =>
    callHook(program, ['claude_code', 'PreToolUse'], { env: { ...scratch.env, ...env }, input: text }).stdout
  const plain = (id: string, file: string) =>
    JSON.stringify({
      ...{ session_id: id, cwd: scratch.repo, hook_event_name: 'PreToolUse', tool_name: 'Edit' },
      tool_input: { file_path: `${scratch.repo}/${file}` },
    })
  const start = (id: string) =>
    callHook(program, ['claude_code', 'SessionStart'], {
      env: scratch.env,
      input: JSON.stringify({ session_id: id, cwd: scratch.repo, hook_event_name: 'SessionStart', source: 'startup' }),
    })
  start('two')
  for (const file of TAKEN) real(plain('two', file))
  start('one')
  real(plain('one', 'src/mine.ts'))
  const note = join(scratch.dir, 'home/.cache/rally/gate/claude_code.session_id.PreToolUse/one')
  expect(fs.existsSync(note)).toBe(true)
  let before = elsewhere()
  let silent = 0
  for (let round = 0; round < PAYLOADS; round++) {
    const text = payload()
    const [shell = 'sh', ...words] = one(SHELLS)
    // The room stays as it is while thousands are tried: nothing is due.
    const due = Date.now() / 1000 + 60
    for (let mark = 1; mark <= 9; mark++) fs.utimesSync(`${note}+${mark}`, due, due)
    const calls = started()
    const input = join(scratch.dir, 'home/input')
    fs.writeFileSync(input, text)
    const stdin = fs.openSync(input, 'r')
    const PATH = `${scratch.dir}/bin:/usr/bin:/bin`
    const { status, stdout, stderr } = spawnSync(
      shell,
      [...words, join(program, 'bin/rally-hook'), 'claude_code', 'PreToolUse'],
      {
        ...{ cwd: scratch.repo, encoding: 'utf8' as const, env: { ...scratch.env, PATH }, timeout: 60_000 },
        stdio: [stdin, 'pipe', 'pipe'],
      },
    )
    fs.closeSync(stdin)
    fs.rmSync(input)
    const what = `round ${round} in ${shell}: ${text.slice(0, 600)}`
    expect([status, stdout, stderr], what).toEqual([0, '', ''])
    if (started() > calls) continue
    silent++
    expect(elsewhere(), what).toEqual(before)
    // The program that never saw a note; it may find the file announced by the gate.
    const cache = join(scratch.dir, 'home/other-cache')
    expect(real(text, { RALLY_GATE: 'off', XDG_CACHE_HOME: cache }), what).toBe('')
    before = elsewhere()
  }
  expect(silent).toBeGreaterThan(PAYLOADS / 40)
  expect(silent).toBeLessThan(PAYLOADS / 1.5)
  expect(elsewhere()).toEqual(before)
})

it.each(SHELLS)('%s says nothing of its own about a zero byte', (shell, ...words) => {
  // A note of this event, or the gate reads nothing.
  fs.mkdirSync(join(scratch.dir, 'home/.cache/rally/gate/claude_code.session_id.PreToolUse'), { recursive: true })
  const call = [...words, join(program, 'bin/rally-hook'), 'claude_code', 'PreToolUse']
  const PATH = `${scratch.dir}/bin:/usr/bin:/bin`
  const input = '{"session_id":"one","old_string":"\0"}'
  const { status, stderr } = spawnSync(shell, call, { encoding: 'utf8', env: { ...scratch.env, PATH }, input })
  expect([status, stderr]).toEqual([0, ''])
})
