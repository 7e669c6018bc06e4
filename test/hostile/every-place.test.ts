import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { World } from '../support/world.js'

/** RALLY_HOSTILE_ALL=1: everything in every place, some minutes. Else each place meets some of it, by turns. */
const ALL = process.env.RALLY_HOSTILE_ALL !== undefined
const ME = ['--session-id', 's1', '--tool', 'codex']

type Make = (path: string) => void
const KINDS: Readonly<Record<string, Make>> = {
  garbage: (path) => fs.writeFileSync(path, Buffer.from([0xff, 0xfe, 0, 0x80, 0x0a, 0xc3, 0x28, 0x7b])),
  'a link that leads out': (path) => fs.symlinkSync('/etc/passwd', path),
  'a pipe': (path) => void execFileSync('mkfifo', [path]),
  'a folder': (path) => fs.mkdirSync(path),
  'a line of 40 MB': (path) => fs.writeFileSync(path, `${'x'.repeat(40 << 20)}\n`),
  'a link to nothing': (path) => fs.symlinkSync('nowhere', path),
  'deeply nested': (path) => fs.writeFileSync(path, '['.repeat(100_000) + ']'.repeat(100_000)),
  '100 MB of nothing': (path) => {
    fs.writeFileSync(path, '')
    fs.truncateSync(path, 100 << 20)
  },
}

/** What is no longer there to be shown when a place is taken; everything else must be. */
const HIDES: Readonly<Record<string, RegExp>> = {
  presence: /^sessions(\/healthy\.json)?$/,
  word: /^inbox(\/codex\.jsonl)?$/,
  // An agent that cannot note what it was told is told nothing.
  greeting: /^(sessions(\/healthy\.json)?|hook)$/,
}

let world: World
let pristine: string
const places: string[] = []
beforeAll(() => {
  world = new World()
  pristine = join(world.root, 'pristine')
  const as = (id: string) => ['--session-id', id, '--tool', id === 'healthy' ? 'claude_code' : 'codex', '--json']
  const run = (args: readonly string[]) => expect(world.rally(args).status, args.join(' ')).toBe(0)
  run(['presence', '--task', 'healthy', ...as('healthy')])
  run(['post', 'dep-change', '--message', 'healthy record', ...as('healthy')])
  for (const to of ['codex', 'all']) run(['inbox', 'write', '--to', to, '--message', 'healthy word', ...as('healthy')])
  run(['heartbeat', '--task-ref', 't', ...as('s1')])
  run(['presence', '--task', 'mine', ...as('s1')])
  run(['lead', 'claim', ...as('s1')])
  run(['ack-inbox', ...as('s2')])
  for (const id of ['h1', 'h2']) edit(id)
  fs.cpSync(world.channel, pristine, { recursive: true })
  const found = fs.readdirSync(world.channel, { recursive: true }).map(String).sort()
  // Locks and stamps hold nothing; what they hold does not matter.
  places.push(...found.filter((name) => !/\.lock$|\.cleaned$/.test(name)))
})
afterAll(() => world.remove())

function edit(sessionId: string) {
  const tool_input = { file_path: join(world.repo, 'src/a.ts') }
  const payload = {
    session_id: sessionId,
    cwd: world.repo,
    hook_event_name: 'PreToolUse',
    tool_name: 'Edit',
    tool_input,
  }
  return world.hook('claude_code', 'PreToolUse', payload)
}

/** A fresh room in which one place holds something else. */
function take(place: string, make: Make): void {
  fs.rmSync(world.channel, { recursive: true, force: true })
  fs.cpSync(pristine, world.channel, { recursive: true })
  const path = join(world.channel, place)
  fs.rmSync(path, { recursive: true, force: true })
  fs.mkdirSync(dirname(path), { recursive: true })
  make(path)
}

function isFolder(place: string): boolean {
  return fs.statSync(join(pristine, place)).isDirectory()
}

/** It ends by itself. What it costs is counted where lines are read (`packages/local`), not measured on a machine that is busy. */
function ending<T extends { signal: unknown }>(what: string, answer: T): T {
  expect(answer.signal, what).toBeNull()
  return answer
}

it('whatever stands in the place of one file, everything else is shown, and the doctor names the place', () => {
  expect(places.length).toBeGreaterThan(20)
  const kinds = Object.entries(KINDS)
  let turn = 0
  for (const [index, place] of places.entries()) {
    const possible = kinds.filter(([name]) => name !== 'a folder' || !isFolder(place))
    for (const [kind, make] of ALL ? possible : possible.slice(index % possible.length).slice(0, 1)) {
      const here = `${kind} at ${place}`
      take(place, make)
      const ask = (args: readonly string[]) => {
        const { stdout, stderr } = ending(`${args[0]}, ${here}`, world.rally(args))
        expect(stdout + stderr, here).not.toMatch(/INTERNAL|\n {4}at |root:x:0/)
        return stdout
      }
      const shows = (what: string, { by, text }: { by: string; text: string }) => {
        if (!HIDES[what]?.test(place)) expect(by, `${here} hides ${what}`).toContain(text)
      }
      const doctor = JSON.parse(ask(['doctor', '--json'])) as { checks: { severity: string; place: string | null }[] }
      const named = doctor.checks.filter(({ severity }) => severity !== 'ok').map((check) => check.place ?? '')
      expect(
        named.some((one) => one.startsWith(join(world.channel, place))),
        `the doctor names ${here}`,
      ).toBe(true)

      const status = ask(['status', ...ME, '--json'])
      shows('presence', { by: status, text: '"healthy"' })
      shows('word', { by: status, text: 'healthy word' })
      // They read what status reads: one of them each time, by turns.
      const others = [
        () => shows('presence', { by: ask(['roster', '--all', '--json']), text: '"healthy"' }),
        () => shows('word', { by: ask(['inbox', 'read', ...ME, '--json']), text: 'healthy word' }),
        () => ask(['watch', ...ME, '--iterations', '1', '--jsonl']),
      ]
      for (const [at, other] of others.entries()) if (ALL || at === turn % others.length) other()
      turn++
      const payload = { session_id: 'h3', cwd: world.repo, hook_event_name: 'UserPromptSubmit', prompt: 'p' }
      const prompt = ending(`hook, ${here}`, world.hook('claude_code', 'UserPromptSubmit', payload))
      for (const hook of [prompt, ending(`hook, ${here}`, edit('h3'))]) {
        expect([hook.status, hook.stderr], here).toEqual([0, ''])
        if (hook.stdout !== '') expect(() => JSON.parse(hook.stdout), hook.stdout).not.toThrow()
      }
      shows('greeting', { by: prompt.stdout, text: 'healthy' })
    }
  }
}, 1_200_000)
