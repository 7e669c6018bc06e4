import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { HostMcpSetting } from '@rally/core/ports/host'
import { beforeEach, describe, expect, test } from 'vitest'
import { applyChange, type FileTask } from '../src/change-file.js'
import { changeHosts } from '../src/change-hosts.js'
import { installedPlaces, uninstallEverywhere } from '../src/everywhere.js'
import { inspectHost } from '../src/inspect-hosts.js'
import { mcpStrategy } from '../src/mcp-strategy.js'
import { bytesOf, type CorpusCase } from './corpus/case.js'
import { jsonCorpus } from './corpus/json.js'
import { jsoncCorpus } from './corpus/jsonc.js'
import { tomlCorpus } from './corpus/toml.js'
import { makeHost } from './support/hosts.js'
import { type Machine, makeMachine, snapshot } from './support/machine.js'
import { strictFile } from './support/templates.js'

const value = { command: 'rally', args: ['mcp', '--tool', 'alpha'] }
const place = { scope: 'user', path: '.alpha/settings', empty: '{}\n' } as const
const server = (dialect: 'json' | 'jsonc' | 'toml'): HostMcpSetting => ({
  ...{ ...place, dialect, purpose: 'server', at: ['mcpServers', 'rally'], value },
  ...(dialect === 'toml' ? { empty: '' } : {}),
})
const permission: HostMcpSetting = {
  ...{
    ...place,
    dialect: 'json',
    purpose: 'permission',
    at: ['permissions', 'allow'],
    value: 'mcp__rally',
    list: true,
  },
}

let machine: Machine
beforeEach(() => {
  machine = makeMachine()
})

function lay(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}

const taskOf = (setting: HostMcpSetting): FileTask => ({
  path: join(machine.home, setting.path),
  owner: `alpha:mcp:${setting.purpose}`,
  strategy: mcpStrategy(setting),
})

const SETTINGS: readonly [string, HostMcpSetting, readonly CorpusCase[]][] = [
  ['a server in json', server('json'), jsonCorpus],
  ['a server in jsonc', server('jsonc'), jsoncCorpus],
  ['a server in toml', server('toml'), tomlCorpus],
  ['a permission in json', permission, jsonCorpus],
]

describe.each(SETTINGS)('%s', (_name, setting, corpus) => {
  test.each(corpus.filter(({ refused }) => !refused))('$name: byte for byte, there and back', async ({ text }) => {
    const task = taskOf(setting)
    lay(task.path, bytesOf(text))
    const before = snapshot(dirname(task.path))
    const { action } = await applyChange('install', task, machine)
    // What cannot be changed safely is left alone.
    if (action === 'refused') return expect(snapshot(dirname(task.path))).toEqual(before)
    expect(action).toBe('change')
    expect(readFileSync(task.path, 'utf8')).toContain('rally')
    expect(await applyChange('install', task, machine)).toMatchObject({ action: 'none', diff: '' })
    expect(await applyChange('uninstall', task, machine)).toMatchObject({ action: 'restore' })
    expect(snapshot(dirname(task.path))).toEqual(before)
  })

  test.each(corpus.filter(({ refused }) => refused))('$name: refused untouched', async ({ text }) => {
    const task = taskOf(setting)
    lay(task.path, bytesOf(text))
    const before = snapshot(dirname(task.path))
    await applyChange('install', task, machine)
    await applyChange('uninstall', task, machine)
    expect(snapshot(dirname(task.path))).toEqual(before)
  })

  test('a file that is not there is made with its folder, and both go again', async () => {
    const before = snapshot(machine.home)
    const task = taskOf(setting)
    expect(await applyChange('install', task, machine)).toMatchObject({ action: 'create' })
    expect(await applyChange('uninstall', task, machine)).toMatchObject({ action: 'delete' })
    expect(existsSync(dirname(task.path))).toBe(false)
    expect(Object.keys(snapshot(machine.home))).toEqual(expect.arrayContaining(Object.keys(before)))
  })
})

describe('what others wrote since', () => {
  test('stays, and only ours goes', async () => {
    const task = taskOf(server('json'))
    lay(task.path, '{\n  "a": 1\n}\n')
    await applyChange('install', task, machine)
    const now = JSON.parse(readFileSync(task.path, 'utf8'))
    writeFileSync(
      task.path,
      JSON.stringify({ ...now, counter: 7, mcpServers: { ...now.mcpServers, other: {} } }, null, 2),
    )
    expect(await applyChange('uninstall', task, machine)).toMatchObject({ action: 'change' })
    expect(JSON.parse(readFileSync(task.path, 'utf8'))).toEqual({ a: 1, counter: 7, mcpServers: { other: {} } })
  })

  test('a list that was empty before stays empty, one that we made goes', async () => {
    const task = taskOf(permission)
    lay(task.path, '{"permissions":{"allow":[]}}')
    await applyChange('install', task, machine)
    writeFileSync(task.path, readFileSync(task.path, 'utf8').replace('{"permissions"', '{"b":1,"permissions"'))
    await applyChange('uninstall', task, machine)
    expect(readFileSync(task.path, 'utf8')).toBe('{"b":1,"permissions":{"allow":[]}}')
  })
})

describe('a server of that name', () => {
  test('that is not rally is refused, and left alone by both', async () => {
    const task = taskOf(server('json'))
    const text = '{"mcpServers":{"rally":{"command":"python","args":["rally.py"]}}}'
    lay(task.path, text)
    expect(await applyChange('install', task, machine)).toMatchObject({
      action: 'refused',
      refusal: { code: 'shape', message: '"mcpServers.rally" is another server of that name' },
    })
    expect(await applyChange('uninstall', task, machine)).toMatchObject({ action: 'none' })
    expect(readFileSync(task.path, 'utf8')).toBe(text)
  })

  test('that somebody set up as rally is kept as it is', async () => {
    const task = taskOf(server('json'))
    const text = '{"mcpServers":{"rally":{"command":"/opt/bin/rally","args":["mcp"],"env":{"A":"b"}}}}'
    lay(task.path, text)
    expect(await applyChange('install', task, machine)).toMatchObject({ action: 'none' })
    expect(readFileSync(task.path, 'utf8')).toBe(text)
  })
})

test('hooks and a server in one file: there and back, only when asked for, in the scope that was said', async () => {
  const file = { ...strictFile, path: '.alpha/settings' }
  const host = makeHost('alpha', [file], {
    mcp: {
      settings: [{ ...server('json'), scope: 'project' }, server('json'), permission],
      steps: ['enable it'],
      restart: ['alpha'],
    },
  })
  const path = join(machine.repoRoot, file.path)
  lay(path, '{\n  "mine": [1]\n}\n')
  const before = [snapshot(machine.repoRoot), machine.home]
  const run = (intent: 'install' | 'uninstall', mcp?: readonly ('project' | 'user')[]) =>
    changeHosts(intent, [host], { surroundings: machine, scope: 'project', mcp })

  expect((await run('install')).map(({ kind }) => kind)).toEqual(['hooks'])
  expect(await run('install', ['project'])).toMatchObject([
    { kind: 'hooks', action: 'none' },
    { kind: 'mcp', action: 'change', scope: 'project', trustSteps: ['enable it'], restart: ['alpha'] },
  ])
  expect(await run('install', ['user'])).toMatchObject([
    { kind: 'hooks' },
    { kind: 'mcp', action: 'create', scope: 'user' },
    { kind: 'mcp', action: 'change', scope: 'user', trustSteps: [] },
  ])
  expect(JSON.parse(readFileSync(join(machine.home, file.path), 'utf8'))).toEqual({
    mcpServers: { rally: value },
    permissions: { allow: ['mcp__rally'] },
  })
  const gone = await run('uninstall', ['project', 'user'])
  expect(gone.map(({ kind }) => kind)).toEqual(['mcp', 'mcp', 'mcp', 'hooks'])
  expect([snapshot(machine.repoRoot), machine.home]).toEqual(before)
  expect(existsSync(join(machine.home, '.alpha'))).toBe(false)
})

describe('once installed', () => {
  const file = { ...strictFile, path: '.alpha/settings' }
  const settings = [{ ...server('json'), scope: 'project' } as const, server('json'), permission]
  const host = makeHost('alpha', [file], { mcp: { settings } })
  const home = () => join(machine.home, '.alpha/settings')
  const project = () => join(machine.repoRoot, '.alpha/settings')
  const inspected = () =>
    inspectHost(host, { surroundings: machine })
      .files.filter(({ kind }) => kind === 'mcp')
      .map(({ scope, path, state, notes }) => [scope, path, state, ...notes])

  test('it is found and taken out again from everywhere, byte for byte', async () => {
    lay(project(), '{\n  "mine": [1]\n}\n')
    lay(home(), '{"theirs":{"a":[]}}')
    const before = [snapshot(machine.repoRoot), readFileSync(home(), 'utf8')]
    await changeHosts('install', [host], { surroundings: machine, scope: 'project', mcp: ['project', 'user'] })
    const places = installedPlaces([host], machine)
    expect(places.map(({ kind, path, present }) => [kind, path, present])).toEqual([
      ...[home(), home(), project()].map((path) => ['mcp', path, true]),
      ['hooks', project(), true],
    ])
    // From any other repository.
    const elsewhere = { ...machine, repoRoot: undefined }
    for (const { action } of await uninstallEverywhere([host], { surroundings: elsewhere, dryRun: false }))
      expect(['change', 'restore']).toContain(action)
    expect([snapshot(machine.repoRoot), readFileSync(home(), 'utf8')]).toEqual(before)
    expect(installedPlaces([host], machine)).toEqual([])
  })

  test('what is there is said, and what is missing with the command that mends it', async () => {
    expect(inspected()).toEqual([])
    await changeHosts('install', [host], { surroundings: machine, scope: 'project', mcp: ['project', 'user'] })
    expect(inspected()).toEqual([
      ['project', project(), 'installed'],
      ['user', home(), 'installed'],
    ])
    const { mcpServers, permissions } = JSON.parse(readFileSync(home(), 'utf8'))
    writeFileSync(home(), JSON.stringify({ mcpServers }))
    const cure = 'rally hooks install --host alpha --mcp'
    expect(inspected()[1]).toEqual([
      'user',
      home(),
      'stale',
      `ALPHA asks before each tool of it, or refuses it: ${cure}`,
    ])
    writeFileSync(home(), JSON.stringify({ permissions }))
    expect(inspected()[1]?.[3]).toBe(`its tools are allowed, but ALPHA does not know the server any more: ${cure}`)
    writeFileSync(home(), '{"mcpServers":')
    expect(inspected()).toHaveLength(1)
  })
})
