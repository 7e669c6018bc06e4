import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { HookScope, HostConsent } from '@rally/core/ports/host'
import { describe, expect, test } from 'vitest'
import { changeHosts } from '../src/change-hosts.js'
import { installedPlaces, uninstallEverywhere } from '../src/everywhere.js'
import { inspectHost } from '../src/inspect-hosts.js'
import { bytesOf } from './corpus/case.js'
import { jsonCorpus } from './corpus/json.js'
import { makeHost } from './support/hosts.js'
import { type Machine, makeMachine, snapshot } from './support/machine.js'
import { strictFile } from './support/templates.js'

const LIST: HostConsent = {
  installs: ['project', 'local'],
  scope: 'local',
  path: strictFile.path,
  dialect: 'json',
  at: ['permissions', 'allow'],
  empty: '{}\n',
  each: 'Bash(rally {command}:*)',
  accepts: ['Bash(rally:*)'],
  without: 'it asks',
}
const FILE: HostConsent = {
  installs: ['project', 'user', 'local'],
  scope: 'user',
  path: '.alpha/rules/rally.rules',
  dialect: 'toml',
  empty: '# rules\n',
  each: 'allow("rally", "{command}")',
  without: 'its sandbox forbids it',
}

const host = makeHost('alpha', [strictFile, { ...strictFile, scope: 'user' }], { consents: [LIST, FILE] })
const change = (intent: 'install' | 'uninstall', surroundings: Machine, scope: HookScope = 'project') =>
  changeHosts(intent, [host], { scope, surroundings, allow: true, trust: true })

function lay(machine: Machine, path: string, text: string | Buffer): void {
  mkdirSync(dirname(join(machine.repoRoot, path)), { recursive: true })
  writeFileSync(join(machine.repoRoot, path), text)
}

describe('hooks and consents in one file', () => {
  test.each(jsonCorpus.filter((one) => !one.refused))('$name: every byte comes back', async ({ text }) => {
    const machine = makeMachine()
    lay(machine, strictFile.path, bytesOf(text))
    const before = { repo: snapshot(machine.repoRoot), home: snapshot(machine.home) }
    await change('install', machine)
    const all = snapshot(machine.root)
    expect((await change('install', machine)).every(({ action }) => action === 'none' || action === 'refused')).toBe(
      true,
    )
    expect(snapshot(machine.root)).toEqual(all)
    await change('uninstall', machine)
    if (!bytesOf(text).includes('rally-hook')) expect(snapshot(machine.repoRoot)).toEqual(before.repo)
    expect(Object.keys(snapshot(machine.home)).filter((name) => !name.startsWith('.local'))).toEqual(
      Object.keys(before.home),
    )
  })

  test('what the user gave himself stays', async () => {
    const machine = makeMachine()
    const text = '{ "permissions": { "allow": ["Bash(ls:*)", "Bash(rally tell:*)"] } }\n'
    lay(machine, strictFile.path, text)
    await change('install', machine)
    const settings = JSON.parse(readFileSync(join(machine.repoRoot, strictFile.path), 'utf8'))
    lay(machine, strictFile.path, `${JSON.stringify({ ...settings, model: 'x' }, null, 2)}\n`)
    await change('uninstall', machine)
    expect(JSON.parse(readFileSync(join(machine.repoRoot, strictFile.path), 'utf8'))).toEqual({
      ...JSON.parse(text),
      model: 'x',
    })
  })

  test('a list of another kind is refused untouched, the hooks are written', async () => {
    const machine = makeMachine()
    lay(machine, strictFile.path, '{"permissions":{"allow":"all"}}')
    const changes = await change('install', machine)
    expect(changes.map(({ kind, action }) => [kind, action])).toEqual([
      ['hooks', 'change'],
      ['allow', 'refused'],
      ['allow', 'create'],
    ])
    expect(JSON.parse(readFileSync(join(machine.repoRoot, strictFile.path), 'utf8')).permissions).toEqual({
      allow: 'all',
    })
  })
})

test('a consent is shown with the command that gives it, and counts when the user gave more', async () => {
  const machine = makeMachine()
  const allowed = () => inspectHost(host, { surroundings: machine }).files.filter(({ kind }) => kind === 'allow')
  expect(allowed()).toEqual([])
  await changeHosts('install', [host], { scope: 'project', surroundings: machine })
  expect(allowed()).toMatchObject([{ state: 'absent', notes: ['it asks: rally hooks install --host alpha --allow'] }])
  await change('install', machine)
  expect(allowed().map(({ state }) => state)).toEqual(['installed', 'installed'])
  await change('uninstall', machine)
  lay(machine, strictFile.path, '{"permissions":{"allow":["Bash(rally:*)"]}}')
  expect(allowed()).toMatchObject([{ state: 'installed' }])
})

test('a consent for the whole user goes with the last hooks that need it', async () => {
  const first = makeMachine()
  const second = { ...makeMachine(), home: first.home, stateDir: first.stateDir }
  const rules = join(first.home, FILE.path)
  await change('install', first)
  await change('install', second)
  await change('uninstall', first)
  expect(readFileSync(rules, 'utf8')).toContain('allow("rally", "tell")')
  await change('uninstall', second)
  expect(() => readFileSync(rules)).toThrow()
})

test('for me alone: git is told not to see it, and its list comes back', async () => {
  const machine = { ...makeMachine() }
  const excludeFile = join(machine.root, 'exclude')
  const here = { ...machine, excludeFile, isTracked: (path: string) => path.endsWith('kept.json') }
  for (const text of ['', '# mine\n*.log', '# mine\r\n*.log\r\n']) {
    writeFileSync(excludeFile, text)
    await change('install', here, 'local')
    expect(readFileSync(excludeFile, 'utf8')).toContain('/.alpha/settings.json')
    await change('uninstall', here, 'local')
    expect(readFileSync(excludeFile, 'utf8')).toBe(text)
  }
  const tracked = makeHost('alpha', [{ ...strictFile, path: '.alpha/kept.json' }])
  const [refused] = await changeHosts('install', [tracked], { scope: 'local', surroundings: here })
  expect(refused).toMatchObject({ action: 'refused', refusal: { code: 'tracked' } })
})

test('every place is listed, and all of them can be left at once', async () => {
  const first = makeMachine()
  const second = { ...makeMachine(), home: first.home, stateDir: first.stateDir }
  lay(first, strictFile.path, '{ "a": 1 }')
  const before = [snapshot(first.repoRoot), snapshot(second.repoRoot)]
  await change('install', first)
  await change('install', second)
  await change('install', second, 'user')
  const places = installedPlaces([host], { ...first, repoRoot: undefined })
  expect(places.map(({ kind, present }) => `${kind} ${present}`).sort()).toEqual([
    ...['allow true', 'allow true', 'allow true', 'hooks true', 'hooks true', 'hooks true'],
  ])
  const nowhere = { surroundings: { ...first, repoRoot: undefined }, dryRun: true }
  expect(await uninstallEverywhere([host], nowhere)).toHaveLength(6)
  expect(installedPlaces([host], first)).toHaveLength(6)
  await uninstallEverywhere([host], { ...nowhere, dryRun: false })
  expect([snapshot(first.repoRoot), snapshot(second.repoRoot)]).toEqual(before)
  expect(installedPlaces([host], first)).toEqual([])
})
