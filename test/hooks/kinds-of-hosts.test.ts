import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type HookMachine, makeHookMachine } from './hook-machine.js'

// What some hosts are and the bundled ones are not: refusals by exit code, several sessions in one process.

const packages = join(import.meta.dirname, '../../packages')

/** A host that has no session start and reads nothing that a hook prints: an edit is refused by exit code 2, the reason is on stderr. */
const ADAPTER = `
module.exports = (api) => Object.freeze({
  api: 1, id: 'breeze', title: 'Breeze',
  capabilities: { moments: ['before-edit', 'turn-end'], context: [], deny: true, refusesByExit: 2, textLimit: 2000, timeoutUnit: 's', children: false },
  configFiles: [{
    scope: 'project', path: '.breeze/hooks.json', dialect: 'json', empty: '{}', trustSteps: [], restart: [],
    entries: ['pre_write', 'done'].map((event) => ({ at: ['hooks', event], event, value: { command: api.hookCommand('breeze', event, 2) } })),
  }],
  textFiles: [],
  samples: [{ event: 'pre_write', file: 'pre_write.json' }],
  identify: () => undefined,
  parse(event, payload) {
    const name = { pre_write: 'before-edit', done: 'turn-end' }[event]
    const [sessionId, cwd] = [api.str(payload.trajectory), api.str(payload.cwd)]
    if (!name || !sessionId || !cwd) return undefined
    return { name, event, sessionId, cwd, ...(name === 'before-edit' ? { paths: [api.str(payload.file)] } : {}) }
  },
  render: (moment, reply) =>
    moment.event === 'pre_write' && reply.deny
      ? { stdout: '', stderr: api.clip(reply.deny.reason, 2000), exitCode: 2 }
      : { stdout: '' },
})`

function breeze(machine: HookMachine): { command: string; plugin: string } {
  const plugin = join(machine.root, 'breeze')
  mkdirSync(plugin)
  writeFileSync(join(plugin, 'adapter.cjs'), ADAPTER)
  writeFileSync(
    join(plugin, 'package.json'),
    JSON.stringify({
      name: 'host-breeze',
      version: '1.0.0',
      oclif: {},
      rally: { api: 1, host: 'breeze', adapter: './adapter.cjs' },
    }),
  )
  const sample = { trajectory: 't', cwd: machine.repo, file: 'a.txt' }
  writeFileSync(join(plugin, 'pre_write.json'), JSON.stringify(sample))
  expect(machine.text('plugins', 'link', plugin, '--no-install').status).toBe(0)
  expect(machine.json('hooks', 'install', '--host', 'breeze').status).toBe(0)
  const { hooks } = JSON.parse(machine.read('.breeze/hooks.json'))
  return { command: hooks.pre_write[0].command, plugin }
}

it('a host that knows refusals by exit code alone gets that code, the reason on stderr, and 0 for anything else', () => {
  const machine = makeHookMachine()
  machine.lay('a.txt', 'x\n')
  machine.lay('.rally.json', JSON.stringify({ hooks: { collision: 'deny' } }))
  const { command, plugin } = breeze(machine)
  let calls = 0
  const write = (trajectory: string, env = machine.env) => {
    // One call is not another: the same one twice is answered once.
    const input = JSON.stringify({ trajectory, cwd: machine.repo, file: 'a.txt', step: calls++ })
    const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
      cwd: machine.repo,
      env,
      input,
      encoding: 'utf8',
    })
    return { status, stdout, stderr }
  }
  const nothing = { status: 0, stdout: '', stderr: '' }
  expect(write('one')).toEqual(nothing)
  const refused = write('two')
  expect([refused.status, refused.stdout]).toEqual([2, ''])
  expect(refused.stderr).toMatch(/breeze-1.*a\.txt|a\.txt.*breeze-1/s)
  // Again, and through the gate, which may have a note by now.
  expect(write('one')).toEqual(nothing)
  expect(write('two').status).toBe(2)

  // A program that is not there, or that is broken, is no refusal.
  expect(write('two', { ...machine.env, PATH: '/usr/bin:/bin' })).toEqual(nothing)
  writeFileSync(join(plugin, 'adapter.cjs'), 'throw new Error()')
  expect(write('two').status).toBe(0)
  writeFileSync(join(plugin, 'adapter.cjs'), ADAPTER)

  expect(machine.json('hooks', 'verify', '--host', 'breeze').out.hooks).toMatchObject([
    { event: 'pre_write', verdict: 'fired' },
    { event: 'done', verdict: 'fired' },
  ])
  expect(machine.json('hooks', 'uninstall').status).toBe(0)
  expect(() => machine.read('.breeze/hooks.json')).toThrow()
})

it('several sessions of one process are several agents: each is warned of the other, and leaves alone', () => {
  const machine = makeHookMachine()
  machine.lay('a.txt', 'x\n')
  expect(machine.text('plugins', 'link', join(packages, 'host-opencode'), '--no-install').status).toBe(0)
  const fire = (event: string, session_id: string, more: object = {}): string => {
    const payload = { event, cwd: machine.repo, opencode_pid: process.pid, session_id, ...more }
    const options = { cwd: machine.repo, env: machine.env, input: JSON.stringify(payload), encoding: 'utf8' } as const
    return spawnSync('rally-hook', ['opencode', event], options).stdout
  }
  const edit = { tool: 'edit', args: { filePath: join(machine.repo, 'a.txt') } }
  fire('chat.message', 's-1', { prompt: 'go' })
  expect(fire('chat.message', 's-2', { prompt: 'go' })).toContain('1 other agent')
  fire('tool.execute.before', 's-1', edit)
  fire('tool.execute.before', 's-2', edit)
  expect(fire('tool.execute.after', 's-2', edit)).toMatch(/opencode-1 is editing a\.txt/)
  const live = () => ['s-1', 's-2'].filter((id) => JSON.stringify(machine.json('roster').out).includes(`"${id}"`))
  expect(live()).toEqual(['s-1', 's-2'])
  fire('session.deleted', 's-1', { reason: 'deleted' })
  expect(live()).toEqual(['s-2'])
  rmSync(join(machine.repo, 'a.txt'))
})
