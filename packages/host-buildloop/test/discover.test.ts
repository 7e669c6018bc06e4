import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LoopRoom } from './support/loop-room.js'

const PACKAGE = join(import.meta.dirname, '..')
const CLI = join(PACKAGE, '../cli/bin')

let room: LoopRoom
let bin: string
beforeEach(() => {
  room = new LoopRoom()
  bin = join(room.root, 'bin')
  mkdirSync(bin)
})
afterEach(() => room.remove())

function run(
  program: string,
  args: readonly string[],
  options: { path?: string; env?: object; cwd?: string; input?: string } = {},
) {
  const { path = `${bin}:${process.env.PATH}`, env = {}, cwd = room.repo, input = '' } = options
  // A budget that a busy machine keeps, too.
  const all = { ...room.env, PATH: path, RALLY_HOOK_BUDGET_MS: '60000', ...env }
  return spawnSync(program, args, { cwd, env: all, input, encoding: 'utf8' })
}

describe('agent-rally-discover', () => {
  const program = join(PACKAGE, 'bin/agent-rally-discover.cjs')

  it('says where the room is, with the keys that the asking side needs', () => {
    const result = run(program, ['--json'])
    expect(result.stderr).toBe('')
    expect(JSON.parse(result.stdout)).toMatchObject({
      installed: true,
      channel_dir: room.channel,
      app_slug: 'demo-app',
      channel_layout: 'legacy',
      policy: 'legacy-only',
      protocol_version: '1.0',
    })
    expect(result.stdout.trimEnd().split('\n')).toHaveLength(1)
    expect(existsSync(room.channel)).toBe(false)
  })

  it('is what rally itself may be told to ask, without asking itself', () => {
    const env = { AGENT_RALLY_DISCOVER: program, BUILD_LOOP_BRIDGE_INTERNAL_ONLY: undefined }
    const { stdout } = run(join(CLI, 'rally.cjs'), ['where', '--json'], { env })
    expect(JSON.parse(stdout)).toMatchObject({ channel_dir: room.channel, resolved_via: 'agent-rally-point' })
  })

  it.each(['1', '2'])('passes on what a resolver of protocol %s says', (version) => {
    const resolver = join(room.root, 'resolver')
    const answer = { channel_dir: room.channel, app_slug: 'demo-app', protocol_version: version }
    writeFileSync(resolver, `#!/bin/sh\necho '${JSON.stringify(answer)}'\n`, { mode: 0o755 })
    const env = { AGENT_RALLY_DISCOVER: resolver, BUILD_LOOP_BRIDGE_INTERNAL_ONLY: undefined }
    expect(JSON.parse(run(join(CLI, 'rally.cjs'), ['where', '--json'], { env }).stdout)).toMatchObject(answer)
    expect(run(join(CLI, 'rally.cjs'), ['presence', '--session-id', 's'], { env })).toMatchObject({ status: 0 })
  })

  it('copied elsewhere, it takes the rally on PATH, and no other program of that name', () => {
    const copy = join(room.root, 'elsewhere/agent-rally-discover')
    mkdirSync(join(room.root, 'elsewhere'))
    cpSync(program, copy)
    const other = join(room.root, 'other')
    mkdirSync(other)
    writeFileSync(join(other, 'rally'), '#!/bin/sh\necho \'{"product":"another"}\'\n')
    chmodSync(join(other, 'rally'), 0o755)
    const bare = `${join(process.execPath, '..')}:/usr/bin:/bin`
    expect(run(copy, ['--json'], { path: `${other}:${bare}` })).toMatchObject({ status: 3, stdout: '' })
    symlinkSync(join(CLI, 'rally.cjs'), join(bin, 'rally'))
    const found = run(copy, ['--json'], { path: `${other}:${bin}:${bare}` })
    expect(JSON.parse(found.stdout)).toMatchObject({ app_slug: 'demo-app' })
  })

  it('says nothing where there is no room', () => {
    expect(run(program, ['--json'], { cwd: room.root })).toMatchObject({ status: 2, stdout: '' })
  })
})

describe('hook templates', () => {
  const script = (name: string) => join(PACKAGE, 'templates', name)
  const payload = (name: string) => readFileSync(join(PACKAGE, 'fixtures', name), 'utf8')
  const event = (fields: object) => JSON.stringify({ session_id: 'loop-1', cwd: room.repo, ...fields })

  it.each(['session-start.sh', 'pre-edit.sh'])('%s is silent without rally', (name) => {
    const path = '/usr/bin:/bin'
    const result = run('/bin/sh', [script(name)], { path, input: payload('session-start.json') })
    expect(result).toMatchObject({ status: 0, stdout: '', stderr: '' })
  })

  it.each(['not json', '', '[]'])('never fails: %j', (input) => {
    symlinkSync(join(CLI, 'rally-hook.cjs'), join(bin, 'rally-hook'))
    for (const name of ['session-start.sh', 'pre-edit.sh']) {
      expect(run('/bin/sh', [script(name)], { input })).toMatchObject({ status: 0, stderr: '' })
    }
  })

  it('register the session and warn about a file in flight', () => {
    symlinkSync(join(CLI, 'rally-hook.cjs'), join(bin, 'rally-hook'))
    run('/bin/sh', [script('session-start.sh')], { input: event({ pid: process.pid }) })
    expect(room.sessions()).toContain('loop-1.json')
    const peer = event({ session_id: 'loop-2', pid: process.pid, paths: ['src/cart.js'] })
    run('/bin/sh', [script('pre-edit.sh')], { input: peer })
    const edit = event({ paths: ['src/cart.js'], pid: process.pid })
    expect(run('/bin/sh', [script('pre-edit.sh')], { input: edit }).stdout).toContain('loop-2')
  })
})
