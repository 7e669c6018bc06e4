import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { HookConfigFile, HostAdapter } from '@rally/core/ports/host'
import { beforeEach, describe, expect, test } from 'vitest'
import { changeHosts } from '../src/change-hosts.js'
import { inspectHost } from '../src/inspect-hosts.js'
import { makeHost } from './support/hosts.js'
import { type Machine, makeMachine, snapshot } from './support/machine.js'
import { newer, strictFile, tomlFile } from './support/templates.js'

let machine: Machine
beforeEach(() => {
  machine = makeMachine()
})

const lay = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
const userFile: HookConfigFile = {
  ...strictFile,
  scope: 'user',
  homeVariable: 'ALPHA_HOME',
  trustSteps: ['trust it'],
  restart: ['alpha'],
}
const install = (host = makeHost('alpha', [strictFile]), scope?: 'project' | 'user') =>
  changeHosts('install', [host], { surroundings: machine, scope })
const stateOf = (host = makeHost('alpha', [strictFile]), silenced?: string) =>
  inspectHost(host, { surroundings: machine, ...(silenced && { silenced: { by: 'switch', reason: silenced } }) })

describe('places', () => {
  test('a scope narrows, variables move user files, outside a repository only user files are in reach', async () => {
    const host = makeHost('alpha', [strictFile, userFile])
    const moved = { ...machine, env: { ALPHA_HOME: join(machine.root, 'moved') } }
    const plan = (surroundings: typeof machine | object, scope?: 'project' | 'user') =>
      changeHosts('install', [host], { surroundings: { ...machine, ...surroundings }, scope, dryRun: true })
    expect((await plan({}, 'project')).map((one) => one.path)).toEqual([join(machine.repoRoot, '.alpha/settings.json')])
    expect((await plan(moved, 'user')).map((one) => one.path)).toEqual([join(machine.root, 'moved/settings.json')])
    expect((await plan({ repoRoot: undefined })).map((one) => one.scope)).toEqual(['user'])
    const rooted = makeHost('alpha', [{ ...strictFile, scope: 'user', rootVariable: 'ROOT' }])
    const change = await changeHosts('install', [rooted], {
      surroundings: { ...machine, env: { ROOT: '/r' } },
      dryRun: true,
    })
    expect(change[0]?.path).toBe('/r/.alpha/settings.json')
  })

  test('steps are told when they are needed', async () => {
    const host = makeHost('alpha', [userFile])
    expect(await install(host)).toMatchObject([{ action: 'create', trustSteps: ['trust it'], restart: ['alpha'] }])
    expect(await install(host)).toMatchObject([{ action: 'none', trustSteps: ['trust it'], restart: [] }])
    const gone = await changeHosts('uninstall', [host], { surroundings: machine })
    expect(gone).toMatchObject([{ action: 'delete', trustSteps: [], restart: ['alpha'] }])
  })
})

describe('states', () => {
  test('absent, installed, stale, double, unknown', async () => {
    expect(stateOf().state).toBe('absent')
    await install()
    expect(stateOf()).toMatchObject({ state: 'installed', files: [{ state: 'installed', notes: [] }] })
    expect(stateOf(makeHost('alpha', [newer(strictFile)]))).toMatchObject({ state: 'stale' })
    const path = join(machine.repoRoot, strictFile.path)
    const settings = JSON.parse(readFileSync(path, 'utf8'))
    settings.hooks.Stop.push(settings.hooks.Stop[0])
    writeFileSync(path, JSON.stringify(settings))
    const double = stateOf()
    expect(double.state).toBe('stale')
    expect(double.files[0]?.events).toContainEqual({ event: 'Stop', state: 'double' })
    writeFileSync(path, '{')
    expect(stateOf()).toMatchObject({ state: 'unknown', files: [{ refusal: { code: 'invalid', line: 1, column: 2 } }] })
  })

  test('off by a switch of the host or of rally', async () => {
    const off = {
      scope: 'project',
      path: '.alpha/settings.json',
      dialect: 'json',
      at: ['disableAllHooks'],
      off: true,
    } as const
    const host = makeHost('alpha', [strictFile], { offSwitches: [off] })
    lay(join(machine.repoRoot, '.alpha/settings.json'), '{ "disableAllHooks": true }')
    expect(stateOf(host).state).toBe('absent')
    await install(host)
    expect(stateOf(host)).toMatchObject({ state: 'off' })
    expect(stateOf(host).files[0]?.notes[0]).toContain('disableAllHooks is true in ')
    await install()
    expect(stateOf(undefined, 'RALLY_HOOKS=off')).toMatchObject({
      state: 'off',
      files: [{ notes: ['RALLY_HOOKS=off'] }],
    })
  })

  test('untrusted until the host says so, for each entry and for the folder', async () => {
    const config = { path: '.alpha/config.toml', dialect: 'toml' } as const
    const file: HookConfigFile = {
      ...strictFile,
      trust: [
        {
          ...config,
          at: ['hooks', 'state', '{file}:{event_snake}:{group}:{handler}', 'trusted_hash'],
          perEntry: true,
          step: 'review',
        },
        {
          ...config,
          at: ['projects', '{repo}', 'trust_level'],
          accepts: ['trusted'],
          parents: true,
          step: 'trust the folder',
        },
      ],
    }
    const host = makeHost('alpha', [file])
    const path = join(machine.repoRoot, file.path)
    lay(path, '{"hooks":{"PreToolUse":[{"hooks":[]}]}}')
    await install(host)
    expect(stateOf(host)).toMatchObject({ state: 'untrusted', files: [{ notes: ['review', 'trust the folder'] }] })
    const keys = ['session_start:0:0', 'pre_tool_use:1:0', 'stop:0:0'].map(
      (key) => `[hooks.state."${path}:${key}"]\ntrusted_hash = "sha256:x"\n`,
    )
    lay(join(machine.home, config.path), keys.slice(1).join(''))
    expect(stateOf(host).files[0]?.notes).toEqual(['review', 'trust the folder'])
    lay(join(machine.home, config.path), `${keys.join('')}[projects."${machine.root}"]\ntrust_level = "trusted"\n`)
    expect(stateOf(host)).toMatchObject({ state: 'installed' })
    lay(join(machine.home, config.path), '[[')
    expect(stateOf(host)).toMatchObject({ state: 'unknown' })
  })

  test('both scopes are said to run twice only where they do', async () => {
    const files = [strictFile, { ...userFile }]
    const runner = { shell: ['/bin/sh', '-c'], stdin: 'pipe', userCwd: 'session', env: {} } as const
    const twice = makeHost('alpha', files, { runner: { ...runner, duplicates: 'twice' } })
    await install(twice)
    expect(stateOf(twice).notes[0]).toContain('both scopes')
    expect(stateOf(makeHost('alpha', files, { runner: { ...runner, duplicates: 'once' } })).notes).toEqual([])
  })

  test('a line of the user that calls rally-hook too is pointed out', async () => {
    lay(
      join(machine.repoRoot, strictFile.path),
      '{"hooks":{"Stop":[{"hooks":[{"command":"x && rally-hook alpha Stop"}]}]}}',
    )
    expect(stateOf()).toMatchObject({ state: 'absent' })
    expect(stateOf().files[0]?.notes[0]).toContain('hooks.Stop.0.hooks.0')
  })
})

describe('texts', () => {
  const text = { scope: 'project', path: '.alpha/skills/rally/SKILL.md', template: 'texts/skill.md' } as const
  const withText = (body: string): { adapter: HostAdapter; root: string } => {
    const root = join(machine.root, 'plugin')
    lay(join(root, text.template), body)
    return makeHost('alpha', [], { textFiles: [text] }, root)
  }
  const path = (): string => join(machine.repoRoot, text.path)

  test('are placed, replaced when the plugin has a newer one, and removed with their folders', async () => {
    const before = snapshot(machine.repoRoot)
    expect(await install(withText('# One\n'))).toMatchObject([{ kind: 'text', action: 'create' }])
    expect(readFileSync(path(), 'utf8')).toMatch(/^# One\n<!-- rally:[0-9a-f]{12} -->\n$/)
    expect(await install(withText('# One\n'))).toMatchObject([{ action: 'none' }])
    expect(stateOf(withText('# One\n')).files).toMatchObject([{ state: 'installed' }])
    expect(stateOf(withText('# Two\n')).files).toMatchObject([{ state: 'stale' }])
    expect(await install(withText('# Two\n'))).toMatchObject([{ action: 'change' }])
    expect(readdirSync(dirname(path()))).toEqual(['SKILL.md'])
    expect(await changeHosts('uninstall', [withText('# Three\n')], { surroundings: machine })).toMatchObject([
      { action: 'delete' },
    ])
    expect(snapshot(machine.repoRoot)).toEqual(before)
  })

  test('are recognised without a record and with line ends of Windows', async () => {
    await install(withText('# One\n\ntext\n'))
    writeFileSync(path(), readFileSync(path(), 'utf8').replaceAll('\n', '\r\n'))
    const elsewhere = { ...machine, stateDir: join(machine.root, 'other-state') }
    expect(await changeHosts('install', [withText('# One\n\ntext\n')], { surroundings: elsewhere })).toMatchObject([
      { action: 'none' },
    ])
    expect(await changeHosts('uninstall', [withText('x')], { surroundings: elsewhere })).toMatchObject([
      { action: 'delete' },
    ])
  })

  test('that somebody edited or wrote are left alone', async () => {
    await install(withText('# One\n'))
    writeFileSync(path(), `mine\n${readFileSync(path(), 'utf8')}`)
    const edited = readFileSync(path(), 'utf8')
    expect(await install(withText('# Two\n'))).toMatchObject([{ action: 'refused', refusal: { code: 'foreign-file' } }])
    expect(await changeHosts('uninstall', [withText('')], { surroundings: machine })).toMatchObject([
      { action: 'refused' },
    ])
    expect(stateOf(withText('# Two\n')).files).toMatchObject([
      { state: 'stale', notes: [expect.stringContaining('edited')] },
    ])
    expect(readFileSync(path(), 'utf8')).toBe(edited)
    writeFileSync(path(), 'mine')
    expect(await install(withText('# Two\n'))).toMatchObject([{ refusal: { code: 'foreign-file' } }])
    expect(await changeHosts('uninstall', [withText('')], { surroundings: machine })).toMatchObject([
      { action: 'none' },
    ])
    expect(readFileSync(path(), 'utf8')).toBe('mine')
  })

  test('that the plugin does not ship, or not inside itself, are refused', async () => {
    const host = withText('x')
    writeFileSync(join(machine.root, 'secret'), 's')
    for (const template of ['no.md', '../secret', '/etc/hostname']) {
      const bad = makeHost('alpha', [], { textFiles: [{ ...text, template }] }, host.root)
      expect(await install(bad)).toMatchObject([{ action: 'refused', refusal: { code: 'template' } }])
    }
  })
})

test('a host without files is unknown, and says why', () => {
  expect(stateOf(makeHost('loop', []))).toMatchObject({ state: 'unknown', notes: [expect.stringContaining('itself')] })
})

test('a refused file stops no other', async () => {
  lay(join(machine.repoRoot, strictFile.path), '{ // x\n}')
  const changes = await changeHosts('install', [makeHost('alpha', [strictFile]), makeHost('delta', [tomlFile])], {
    surroundings: machine,
  })
  expect(changes.map((one) => one.action)).toEqual(['refused', 'create'])
})

describe('consent that the user asks rally to record', () => {
  const values = { SessionStart: 'sha256:a', PreToolUse: 'sha256:b', Stop: 'sha256:c' }
  const rule = {
    path: '.alpha/config.toml',
    dialect: 'toml',
    at: ['hooks', 'state', '{file}:{event_snake}:{group}:{handler}', 'trusted_hash'],
    perEntry: true,
    values,
    step: 'review it',
  } as const
  const host = makeHost('alpha', [{ ...strictFile, trustSteps: ['review it', 'trust the folder'], trust: [rule] }])
  const config = () => join(machine.home, rule.path)
  const file = () => join(machine.repoRoot, strictFile.path)
  const run = (intent: 'install' | 'uninstall', trust = false) =>
    changeHosts(intent, [host], { surroundings: machine, trust })

  test('is written for our entries only, seen as given, and taken back with the bytes of before', async () => {
    lay(file(), '{"hooks":{"PreToolUse":[{"hooks":[{"command":"mine"}]}]}}')
    const before = '# mine\n[hooks.state."/else:stop:0:0"]\ntrusted_hash = "sha256:c"\n\n[z]\na = 1'
    lay(config(), before)
    expect(await run('install')).toMatchObject([
      { kind: 'hooks', trustSteps: [expect.stringContaining('--trust'), 'trust the folder'] },
    ])
    expect(readFileSync(config(), 'utf8')).toBe(before)
    expect(stateOf(host).state).toBe('untrusted')

    expect(await run('install', true)).toMatchObject([
      { kind: 'hooks', action: 'none', trustSteps: ['trust the folder'] },
      { kind: 'trust', action: 'change', path: config(), changes: [{}, {}, {}] },
    ])
    expect(readFileSync(config(), 'utf8')).toContain(
      `\n\n[hooks.state."${file()}:pre_tool_use:1:0"]\ntrusted_hash = "sha256:b"\n`,
    )
    expect(stateOf(host).state).toBe('installed')
    expect(await run('install', true)).toMatchObject([{ action: 'none' }, { kind: 'trust', action: 'none' }])

    expect(await run('uninstall')).toMatchObject([{ kind: 'hooks' }, { kind: 'trust', action: 'restore' }])
    expect(readFileSync(config(), 'utf8')).toBe(before)
  })

  test('is replaced where it was for another form of the entry, and taken back after changes by others', async () => {
    await run('install')
    const key = `${file()}:stop:0:0`
    lay(config(), `[hooks.state."${key}"]\nenabled = true\ntrusted_hash = "sha256:old"\n`)
    expect(stateOf(host)).toMatchObject({ state: 'untrusted' })
    await run('install', true)
    expect(stateOf(host).state).toBe('installed')
    writeFileSync(config(), `${readFileSync(config(), 'utf8')}\n[more]\nx = 1\n`)
    await run('uninstall')
    expect(readFileSync(config(), 'utf8')).toBe(`[hooks.state."${key}"]\nenabled = true\n\n[more]\nx = 1\n`)
  })

  test('is not ours to take back when the user gave it in the host', async () => {
    await run('install')
    lay(config(), `[hooks.state."${file()}:stop:0:0"]\ntrusted_hash = "sha256:c"\n`)
    const given = readFileSync(config(), 'utf8')
    expect(await run('uninstall')).toHaveLength(1)
    expect(readFileSync(config(), 'utf8')).toBe(given)
  })

  test('is refused in a file that cannot be changed safely, and the hooks are installed all the same', async () => {
    lay(config(), 'hooks = { state = {} }\n')
    expect(await run('install', true)).toMatchObject([
      { kind: 'hooks', action: 'create' },
      { kind: 'trust', action: 'refused', refusal: { code: 'shape', line: 1 } },
    ])
  })
})
