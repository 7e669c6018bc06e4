import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type HookMachine, makeHookMachine } from '../hooks/hook-machine.js'

/** Files of the cache that were damaged, and folders of it that are another's: every answer is right, and the damage is told. */

const HOOK = join(import.meta.dirname, '../../packages/cli/bin/rally-hook.cjs')
const REGIONS = 6

function makeMachine() {
  const machine = makeHookMachine()
  const cache = join(machine.root, 'cache')
  machine.env.XDG_CACHE_HOME = cache
  const edit = (id: string, more: NodeJS.ProcessEnv = {}) => hook(machine, id, 'PreToolUse', more)
  return { machine, cache, edit }
}

function hook({ repo, env }: HookMachine, id: string, event: string, more: NodeJS.ProcessEnv = {}) {
  const payload = {
    session_id: id,
    transcript_path: 't',
    cwd: repo,
    hook_event_name: event,
    tool_name: 'Edit',
    tool_input: { file_path: join(repo, 'a.txt'), old_string: 'a', new_string: 'b' },
  }
  const input = JSON.stringify(payload)
  const result = spawnSync(process.execPath, [HOOK, 'claude_code', event], {
    cwd: repo,
    env: { ...env, ...more },
    input,
    encoding: 'utf8',
  })
  return { ...result, said: result.stdout.replace(/\d+s ago/g, 'AGE') }
}

const codes = ({ home }: HookMachine) =>
  fs
    .readFileSync(join(home, '.local/state/rally/hooks.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).code)

function files(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => fs.statSync(path).isFile())
}

/** Every kind of damage to every region, by name. */
function* damages(bytes: Buffer, other: Buffer): Generator<[string, Buffer]> {
  for (let region = 0; region < REGIONS; region++) {
    const from = Math.floor((bytes.length * region) / REGIONS)
    const to = Math.floor((bytes.length * (region + 1)) / REGIONS)
    const zeroed = Buffer.from(bytes).fill(0, from, to)
    yield [`zeros in region ${region}`, zeroed]
    const flipped = Buffer.from(bytes)
    const at = (from + to) >> 1
    flipped[at] = (flipped[at] ?? 0) ^ 1
    yield [`a bit in region ${region}`, flipped]
    yield [`cut before region ${region}`, bytes.subarray(0, from)]
  }
  const last = Buffer.from(bytes)
  last[bytes.length - 1] = (last[bytes.length - 1] ?? 0) ^ 1
  yield ['the last byte', last]
  yield ['grown', Buffer.concat([bytes, Buffer.from('more')])]
  yield ["another file's content", other]
}

describe('damage of a file in the cache', () => {
  it('of hooks: compiled code', () => {
    const { machine, cache, edit } = makeMachine()
    hook(machine, 'one', 'SessionStart')
    for (let i = 0; i < 3; i++) edit('one')
    const seen = files(cache)
    const compiled = seen.filter((path) => path.endsWith('.bin') && path.includes('PreToolUse'))
    expect(compiled).toHaveLength(1)
    const path = compiled[0] ?? ''
    const whole = fs.readFileSync(path)
    for (const [name, damaged] of damages(
      whole,
      fs.readFileSync(seen.find((one) => one.includes('SessionStart')) ?? ''),
    )) {
      fs.writeFileSync(path, damaged, { mode: 0o600 })
      // A session that nobody knows, so that nothing is proved before the program starts.
      const { status, signal, stderr } = edit('nobody')
      expect([status, signal, stderr], name).toEqual([0, null, ''])
      expect(fs.existsSync(path) && fs.readFileSync(path).equals(damaged), name).toBe(false)
      expect(
        codes(machine).some((code) => code.startsWith('damaged:')),
        name,
      ).toBe(true)
      fs.rmSync(join(machine.home, '.local/state/rally/hooks.jsonl'))
      fs.writeFileSync(path, whole, { mode: 0o600 })
    }
    fs.writeFileSync(compiled[0] ?? '', 'damaged', { mode: 0o600 })
    edit('nobody')
    expect(machine.text('doctor').stdout).toContain('cache-damaged')
    expect(files(cache).some((path) => path.includes('/running/'))).toBe(false)
  })

  it('of commands: compiled code and what was read of the log', () => {
    const { machine, cache } = makeMachine()
    const who = ['--session-id', 'p', '--tool', 'poster']
    machine.json('post', 'feedback', '--to', 'all', '--message', 'hello', ...who)
    const log = files(join(machine.home, 'apps')).find((path) => path.endsWith('changes.jsonl')) ?? ''
    const [line = ''] = fs.readFileSync(log, 'utf8').split('\n')
    fs.appendFileSync(log, Array.from({ length: 400 }, (_, i) => `${line.replace('hello', `hello ${i}`)}\n`).join(''))
    const status = () => {
      const { status, stdout, stderr } = machine.text('status', '--session-id', 'reader', '--tool', 'poster')
      return { status, stderr, stdout: stdout.replace(/\d+[smhd][0-9smhd]*( ago)?/g, 'AGE') }
    }
    const right = status()
    expect(right).toMatchObject({ status: 0, stderr: '' })
    expect(right.stdout).toContain('feedback')
    status()
    const seen = files(cache).filter((path) => path.includes('rally_status') || path.includes('log-'))
    expect(seen).toHaveLength(2)
    for (const path of seen) {
      const whole = fs.readFileSync(path)
      for (const [name, damaged] of damages(whole, fs.readFileSync(seen.find((other) => other !== path) ?? ''))) {
        fs.writeFileSync(path, damaged, { mode: 0o600 })
        expect(status(), name).toEqual(right)
        expect(fs.existsSync(path) && fs.readFileSync(path).equals(damaged), name).toBe(false)
        fs.writeFileSync(path, whole, { mode: 0o600 })
      }
    }
    expect(new Set(codes(machine))).toEqual(new Set(['damaged:code', 'damaged:room']))
  })
})

describe('a cache folder that is not ours alone', () => {
  it.each(['rally', 'rally/compiled', 'rally/gate'])('is not written through when %s is a link', (name) => {
    const { machine, cache, edit } = makeMachine()
    const elsewhere = join(machine.root, 'elsewhere')
    fs.mkdirSync(elsewhere)
    fs.mkdirSync(dirname(join(cache, name)), { recursive: true, mode: 0o700 })
    fs.symlinkSync(elsewhere, join(cache, name))
    hook(machine, 'one', 'SessionStart')
    for (let i = 0; i < 3; i++) expect(edit('one').status).toBe(0)
    expect(machine.text('where').status).toBe(0)
    expect(fs.readdirSync(elsewhere)).toEqual([])
  })

  it('is left alone when everybody may write there', () => {
    const { machine, cache, edit } = makeMachine()
    fs.mkdirSync(join(cache, 'rally/compiled'), { recursive: true, mode: 0o700 })
    fs.chmodSync(join(cache, 'rally/compiled'), 0o777)
    hook(machine, 'one', 'SessionStart')
    for (let i = 0; i < 3; i++) expect(edit('one').status).toBe(0)
    expect(fs.readdirSync(join(cache, 'rally/compiled'))).toEqual([])
  })
})

it('a call that crashes leaves a trace that the doctor finds and --fix takes away', () => {
  const { machine, cache, edit } = makeMachine()
  hook(machine, 'one', 'SessionStart')
  const preload = join(machine.root, 'crash.cjs')
  onTestFinished(() => fs.rmSync(preload, { force: true }))
  // Dies in the middle of the program, as damaged code or a fault of Node does.
  fs.writeFileSync(
    preload,
    `const fs = require('node:fs'); const open = fs.openSync
fs.openSync = (...args) => { if (String(args[0]).includes('/inflight/')) process.kill(process.pid, 'SIGSEGV'); return open(...args) }`,
  )
  expect(edit('two', { NODE_OPTIONS: `--require ${preload}` }).signal).toBe('SIGSEGV')
  expect(fs.readdirSync(join(cache, 'rally/running'))).toHaveLength(1)
  const told = machine.text('doctor').stdout
  expect(told).toContain('hook-crashes')
  expect(told).toContain('claude_code PreToolUse')
  expect(machine.text('doctor', '--fix').stdout).toContain('removed the traces of 1 hook call')
  expect(fs.readdirSync(join(cache, 'rally/running'))).toEqual([])
  expect(machine.text('doctor').stdout).not.toContain('hook-crashes')
})
