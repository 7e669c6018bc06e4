import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { list, obj, str } from '@rally/core/readers'
import { describe, expect, it } from 'vitest'
import { type HookMachine, makeHookMachine } from '../../../test/hooks/hook-machine.js'
import { playHosts } from '../../../test/hooks/play-hosts.js'
import { ownCommands } from '../../../test/support/own-commands.js'
import { act } from '../../hook/test/scratch.js'
import { displayWidth } from '../src/views/text/display-width.js'
import { runRally } from './run-rally.js'

// What people see of a crowded room, of a room of one, and of a narrow screen.

const PACKAGE = join(import.meta.dirname, '..')
const WIDTHS = [120, 80, 40, 20]
const LISTS = [[], ['status'], ['roster'], ['roster', '--format', 'named']]
/** Lines for other programs, as the existing system writes them. */
const AUDIT = /^\[rally-point audit\] /
const WIDE = '深い 名前の長いファイル を 直す'

/** So many sessions as a program without hooks writes them: some with long ids, wide tasks, deep files, claims. */
function crowd(machine: HookMachine, count: number): string[] {
  const folder = str(machine.json('where').out.channel_dir)
  machine.text('presence', '--session-id', 'first', '--tool', 'other', '--task', WIDE)
  const now = Date.now() / 1000
  const ids = Array.from({ length: count - 1 }, (_, at) => (at % 2 ? `k${at}` : `agent-${'long-name-'.repeat(4)}${at}`))
  for (const [at, session_id] of ids.entries()) {
    const presence = { session_id, tool: 'other', model: 'm', run_id: 'r', app_slug: 'repo', phase: 'working' }
    const file = `src/${'deep/'.repeat(at % 9)}ファイル${at}.ts`
    const more = {
      files_in_flight: [file],
      heartbeat_ts: now,
      last_seen: now,
      task: `${at} ${WIDE}`,
      owns: [`d${at}/`],
    }
    writeFileSync(join(folder, 'sessions', `${session_id}.json`), JSON.stringify({ ...presence, ...more }))
  }
  return ['first', ...ids]
}

function run(machine: HookMachine, args: readonly string[], columns: number): string {
  const env = { ...machine.env, COLUMNS: String(columns), RALLY_SESSION_ID: 'human.ann', RALLY_TOOL: 'human' }
  const { stdout, stderr } = runRally(args, { cwd: machine.repo, env })
  return stdout + stderr
}

/** No line is wider than the screen, and of no name only a part is shown. */
function expectFits(text: string, columns: number, about: string, ids: readonly string[] = []): void {
  for (const line of text.split('\n'))
    if (!AUDIT.test(line)) expect(displayWidth(line), `${about} at ${columns}: ${line}`).toBeLessThanOrEqual(columns)
  const whole = text.replace(/\n\s*/g, '')
  for (const [part] of whole.matchAll(/agent-long-name-[a-z0-9-]*…?/g))
    expect(
      ids.some((id) => part.startsWith(id)),
      `${about}: ${part}`,
    ).toBe(true)
}

describe.each([0, 1, 12, 500])('%i sessions', (count) => {
  // With few there is little that could be too wide.
  it.each(count < 12 ? [20] : WIDTHS)('fit %i columns', (columns) => {
    const machine = makeHookMachine()
    const ids = count === 0 ? [] : crowd(machine, count)
    for (const args of LISTS) {
      const text = run(machine, args, columns)
      const about = `rally ${args.join(' ')}`
      expectFits(text, columns, about, ids)
      if (args.length === 0 && columns >= 80) expect(text.trim().split('\n').length).toBeLessThanOrEqual(12)
      expect(text.split('\n').length, about).toBeLessThan(columns < 40 ? 240 : 130)
      if (count === 500) expect(text.replace(/\s+/g, ' '), about).toMatch(/and 4\d\d more/)
    }
  })
})

const commands = ownCommands<{ id: string; hidden?: boolean; examples?: string[] }>(PACKAGE)
/** Streams, what is for programs, and what asks a registry. */
const NOT_FOR_SCREENS = new Set(['watch', 'completion', 'hosts:probe', 'hosts:record', 'relay', 'upgrade'])

it('every command fits a screen of 20 columns, and so do its error and its help', () => {
  const machine = makeHookMachine()
  const ids = crowd(machine, 12)
  machine.lay('.codex/config.toml', '')
  for (const [at, { id, hidden, examples = [] }] of commands.entries()) {
    if (hidden || NOT_FOR_SCREENS.has(id)) continue
    const words = id.split(':')
    const example =
      (examples[0] ?? '').replace('<%= config.bin %> <%= command.id %>', '').match(/[^\s'"]+|'[^']*'|"[^"]*"/g) ?? []
    const args = [...words, ...example.map((word) => word.replace(/^['"]|['"]$/g, ''))]
    for (const columns of at % 3 === 0 ? [20, 40] : [20])
      expectFits(run(machine, args, columns), columns, args.join(' '), ids)
    expectFits(run(machine, [...words, '--no-such-flag'], 20), 20, `${id} with an unknown flag`)
  }
})

it('500 sessions that hooks start: every view is bounded, the last one is greeted in few words, nobody is lost', () => {
  const machine = makeHookMachine()
  machine.lay('a.txt', 'x\n')
  // What the hook's program runs; only its own process is spared.
  for (let at = 0; at < 500; at++)
    act({ repo: machine.repo, env: machine.env, now: Date.now() / 1000 }, 'session-start', `s${at}`, {
      tool: 'claude_code',
    })
  const { claude, edit } = playHosts(machine)
  edit('s7', 'a.txt')
  expect(edit('s8', 'a.txt')).toContain('is editing a.txt')
  const greeting = claude('last', 'SessionStart', { source: 'startup' })
  expect(greeting).toMatch(/500 other agents are working/)
  expect(greeting.length).toBeLessThan(4000)
  const picture = obj(machine.json('--session-id', 'human.ann', '--tool', 'human').out.picture)
  expect(list(picture.agents)).toHaveLength(501)
  expect(new Set(list(picture.agents).map((agent) => str(obj(agent).name))).size).toBe(501)
  expect(run(machine, [], 80).trim().split('\n').length).toBeLessThanOrEqual(12)
  expect(run(machine, [], 80)).toContain('a.txt')
  expect(run(machine, ['status'], 80).split('\n').length).toBeLessThan(40)
  // Wide, so that a long path of the folder for temporary files takes no lines of its own.
  expect(run(machine, ['roster'], 240).split('\n').length).toBeLessThan(40)
  expect(run(machine, ['cost'], 80).split('\n').length).toBeLessThan(40)
  expect(run(machine, ['statusline'], 80).trim().split('\n')).toHaveLength(1)
  expect(list(machine.json('log', '--kind', 'arrived', '--all').out.entries)).toHaveLength(501)
  expect(
    list(machine.json('who', 'a.txt').out.in_flight)
      .map((one) => str(obj(one).session_id))
      .sort(),
  ).toEqual(['s7', 's8'])
}, 600_000)
