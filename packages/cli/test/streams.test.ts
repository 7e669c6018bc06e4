import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cleanEnv, RALLY, runRally } from './run-rally.js'

const ENTER = '\u001b[?1049h'
const LEAVE = '\u001b[?1049l'

let folder: string
let repo: string
let channel: string
let env: NodeJS.ProcessEnv
let running: ChildProcess[]

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'rally-streams-')))
  repo = join(folder, 'repo')
  channel = join(folder, 'home', 'apps', 'repo')
  mkdirSync(repo)
  env = cleanEnv(join(folder, 'home'), { RALLY_SESSION_ID: 'watcher', RALLY_TOOL: 'tester' })
  execFileSync('git', ['init', '-q', '-b', 'main'], { cwd: repo })
  running = []
})
afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

const fact = (revision: number) =>
  `${JSON.stringify({ schema: 'agent-rally.fact.v1', event_id: `blf_${revision}`, kind: 'artifact', created_at: '2026-01-01T00:00:00Z', tool: 'codex', bl_revision: revision, bl_kind: 'feedback' })}\n`

/** A running rally: what it printed, and a way to wait for more. */
function start(args: readonly string[], command: readonly string[] = [process.execPath, RALLY]) {
  const [program = '', ...rest] = command
  const child = spawn(program, [...rest, ...args], { cwd: repo, env, stdio: ['ignore', 'pipe', 'pipe'] })
  running.push(child)
  let out = ''
  let wake = () => {}
  child.stdout.on('data', (bytes) => {
    out += bytes
    wake()
  })
  const exit = new Promise<number | null>((resolve) => child.on('exit', resolve))
  child.on('exit', () => wake())
  const until = async (enough: (text: string) => boolean) => {
    while (!enough(out)) {
      if (child.exitCode !== null) throw new Error(`it ended: ${out}`)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    return out
  }
  const lines = () =>
    out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
  return { child, exit, until, lines, text: () => out }
}

const count = (text: string) => text.split('\n').length - 1

describe('rally watch in a pipe', () => {
  it('tells of writes of another program, also after the log was rotated and the channel removed', async () => {
    const watch = start(['watch', '--jsonl'])
    await watch.until((text) => count(text) >= 1)
    mkdirSync(channel, { recursive: true })
    appendFileSync(join(channel, 'changes.jsonl'), fact(1))
    await watch.until((text) => count(text) >= 2)
    renameSync(join(channel, 'changes.jsonl'), join(channel, 'changes.jsonl.2026-01-01'))
    appendFileSync(join(channel, 'changes.jsonl'), fact(2))
    await watch.until((text) => text.includes('"revision":2'))
    rmSync(channel, { recursive: true })
    await watch.until((text) => text.lastIndexOf('"revision":0') > text.indexOf('"revision":2'))
    mkdirSync(channel, { recursive: true })
    appendFileSync(join(channel, 'changes.jsonl'), fact(1))
    await watch.until((text) => text.lastIndexOf('"revision":1') > text.lastIndexOf('"revision":0'))
    expect(watch.lines().every(({ event }) => event === 'coordination_state_changed')).toBe(true)
  })

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends on %s with %d', async (signal, code) => {
    const watch = start(['watch', '--jsonl'])
    await watch.until((text) => count(text) >= 1)
    watch.child.kill(signal)
    expect(await watch.exit).toBe(code)
  })

  it('ends quietly when nobody reads any more', async () => {
    const watch = start(['watch', '--jsonl'])
    await watch.until((text) => count(text) >= 1)
    watch.child.stdout?.destroy()
    mkdirSync(channel, { recursive: true })
    appendFileSync(join(channel, 'changes.jsonl'), fact(1))
    expect(await watch.exit).toBe(0)
  })

  it('ends with the process that it was started for', async () => {
    const parent = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    running.push(parent)
    const watch = start(['watch', '--jsonl', '--interval', '0.05', '--parent-pid', String(parent.pid)])
    await watch.until((text) => count(text) >= 1)
    parent.kill('SIGKILL')
    expect(await watch.exit).toBe(0)
  })

  it('ends when a standby is due, and says how to end that', async () => {
    runRally(['standby', '--reason', 'CI', '--wake-after', '+1s'], { cwd: repo, env })
    const watch = start(['watch', '--jsonl', '--baseline-current', '--exit-on-wake-due', '--interval', '0.1'])
    expect(await watch.exit).toBe(0)
    expect(watch.lines()).toMatchObject([
      {
        event: 'rally_wake_due',
        tool: 'tester',
        due: [{ reason: 'CI' }],
        suggested_commands: [expect.stringContaining('rally wake')],
      },
    ])
  })
})

it('rally roster --watch prints a line for each change', async () => {
  const roster = start(['roster', '--watch', '--json'])
  await roster.until((text) => count(text) >= 1)
  runRally(['presence', '--task', 'look'], { cwd: repo, env })
  await roster.until((text) => text.includes('"task":"look"'))
  roster.child.kill('SIGINT')
  expect(await roster.exit).toBe(130)
  expect(roster.lines().at(-1)).toMatchObject({ ok: true, schema: 'rally.roster/1', live_count: 1 })
})

// script(1) of util-linux gives a command a terminal of its own.
const hasTerminal = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0

describe.runIf(hasTerminal).each([
  ['watch', 'repo · '],
  ['roster --watch', 'Rally roster @'],
])('rally %s on a terminal', (args, shown) => {
  const onTerminal = () => {
    const script = `echo $$ > ${join(folder, 'pid')}; exec '${process.execPath}' '${RALLY}' ${args}`
    return start([], ['script', '-qec', script, '/dev/null'])
  }
  const pid = () => Number(execFileSync('cat', [join(folder, 'pid')], { encoding: 'utf8' }))

  it.each(['SIGINT', 'SIGTERM'] as const)('redraws in place, and gives the screen back on %s', async (signal) => {
    const page = onTerminal()
    await page.until((text) => text.includes(shown))
    expect(page.text()).toContain(ENTER)
    process.kill(pid(), signal)
    await page.exit
    expect(page.text().lastIndexOf(LEAVE)).toBeGreaterThan(page.text().lastIndexOf(ENTER))
    expect(page.text()).toContain('\u001b[?25h')
  })
})

describe.runIf(hasTerminal)('what stands beside the room, on the page of rally watch', () => {
  const pageOf = (...args: string[]) =>
    execFileSync(
      'script',
      ['-qec', `'${process.execPath}' '${RALLY}' watch --iterations 1 ${args.join(' ')}`, '/dev/null'],
      {
        cwd: repo,
        env: { ...env, COLUMNS: '200', NO_COLOR: '1' },
        encoding: 'utf8',
      },
    )

  it("is who switched hooks off and what undoes it, and what a repository takes away; rally's own files are nobody's change", () => {
    const agent = ['--session-id', 'a1', '--tool', 'claude_code']
    runRally(['hooks', 'install', '--host', 'claude_code'], { cwd: repo, env })
    runRally(['presence', ...agent], { cwd: repo, env })
    expect(pageOf(...agent)).toContain('clear')
    runRally(['hooks', 'off'], { cwd: repo, env })
    writeFileSync(join(repo, '.rally.json'), '{"hooks":{"collision":"off"}}')
    // A long path wraps wherever the screen ends.
    const page = pageOf(...agent)
      .replaceAll('\u001b[K', '')
      .replace(/\s+/g, ' ')
    expect(page).toMatch(/claude_code: switched off for you in this repository by \S+config\.json: rally hooks on/)
    expect(page).toContain('sets hooks.collision to off for everybody here')
    expect(page).toContain("1 changed file is nobody's here: .rally.json")
    expect(page).toContain('look at the files above')
  })

  it('is that nobody may see prompts, where that is set', () => {
    const payload = { session_id: 'p1', cwd: repo, hook_event_name: 'UserPromptSubmit', prompt: 'mend the door' }
    execFileSync(process.execPath, [join(RALLY, '../rally-hook.cjs'), 'claude_code', 'UserPromptSubmit'], {
      cwd: repo,
      env: { ...env, CLAUDE_PID: String(process.pid) },
      input: JSON.stringify(payload),
    })
    const person = ['--tool', 'human', '--session-id', 'human.ann']
    expect(pageOf(...person)).toContain('mend the door')
    writeFileSync(join(repo, '.rally.json'), '{"picture":{"prompts":"off"}}')
    expect(pageOf(...person)).not.toContain('mend the door')
  })
})

describe.runIf(hasTerminal)('the first read of a large log', () => {
  it('tells on a terminal how far it is, and nothing in a pipe', async () => {
    mkdirSync(channel, { recursive: true })
    const block = Array.from({ length: 10_000 }, (_, index) => fact(index + 1)).join('')
    // So long that also a quick machine needs more than the time in which nothing is told.
    for (let n = 0; n < 40; n++) appendFileSync(join(channel, 'changes.jsonl'), block)
    const piped = runRally(['status', '--json'], { cwd: repo, env: { ...env, XDG_CACHE_HOME: join(folder, 'cache') } })
    expect([piped.status, piped.stderr]).toEqual([0, ''])
    const page = start([], ['script', '-qec', `'${process.execPath}' '${RALLY}' status`, '/dev/null'])
    expect(await page.exit).toBe(0)
    expect(page.text()).toMatch(/reading the log \d+ %/)
  })
})
