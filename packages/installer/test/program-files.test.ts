import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { HostProgramFile } from '@rally/core/ports/host'
import { beforeEach, describe, expect, test } from 'vitest'
import { changeHosts } from '../src/change-hosts.js'
import { installedPlaces, uninstallEverywhere } from '../src/everywhere.js'
import type { InstallableHost } from '../src/host-tasks.js'
import { inspectHost } from '../src/inspect-hosts.js'
import { installedCommands, sampleCommands } from '../src/installed-commands.js'
import { makeHost } from './support/hosts.js'
import { type Machine, makeMachine, snapshot } from './support/machine.js'
import { line } from './support/templates.js'

let machine: Machine
beforeEach(() => {
  machine = makeMachine()
})

const PROGRAM = 'export const Rally = async () => ({ event: () => call("rally-hook", "quill", "session.created") })\n'

function withProgram(kind: string, body = PROGRAM, more: Partial<HostProgramFile> = {}): InstallableHost {
  const root = join(machine.root, 'plugin')
  const template = `programs/rally${kind}`
  mkdirSync(join(root, 'programs'), { recursive: true })
  writeFileSync(join(root, template), body)
  const file = {
    scope: 'project',
    path: `.quill/plugin/rally${kind}`,
    template,
    events: ['session.created'],
    ...more,
  } as const
  return makeHost('quill', [], { programFiles: [file] }, root)
}
const placed = (kind: string): string => join(machine.repoRoot, `.quill/plugin/rally${kind}`)
const change = (intent: 'install' | 'uninstall', host: InstallableHost) =>
  changeHosts(intent, [host], { surroundings: machine })
const stateOf = (host: InstallableHost) => inspectHost(host, { surroundings: machine })

describe('the mark of a file that rally places', () => {
  test.each([
    ['.js', /\n\/\/ rally:[0-9a-f]{12}\n$/],
    ['.mts', /\n\/\/ rally:[0-9a-f]{12}\n$/],
    ['.jsonc', /\n\/\/ rally:[0-9a-f]{12}\n$/],
    ['.css', /\n\/\* rally:[0-9a-f]{12} \*\/\n$/],
    ['.lua', /\n-- rally:[0-9a-f]{12}\n$/],
    ['.html', /\n<!-- rally:[0-9a-f]{12} -->\n$/],
    ['.sh', /\n# rally:[0-9a-f]{12}\n$/],
    ['', /\n# rally:[0-9a-f]{12}\n$/],
  ])('of the kind %j is a comment of that kind, and goes with the file', async (kind, mark) => {
    const before = snapshot(machine.repoRoot)
    expect(await change('install', withProgram(kind, 'body\n'))).toMatchObject([{ kind: 'hooks', action: 'create' }])
    expect(readFileSync(placed(kind), 'utf8')).toMatch(mark)
    expect(await change('install', withProgram(kind, 'body\n'))).toMatchObject([{ action: 'none' }])
    expect(await change('install', withProgram(kind, 'newer body\n'))).toMatchObject([{ action: 'change' }])
    expect(stateOf(withProgram(kind, 'newer body\n'))).toMatchObject({ state: 'installed', notes: [] })
    expect(await change('uninstall', withProgram(kind, 'x\n'))).toMatchObject([{ action: 'delete' }])
    expect(snapshot(machine.repoRoot)).toEqual(before)
  })

  test('is none where the kind has no comments: such a file is known by what rally wrote', async () => {
    const before = snapshot(machine.repoRoot)
    const one = () => withProgram('.json', '{"a":1}\n')
    expect(await change('install', one())).toMatchObject([{ action: 'create' }])
    expect(readFileSync(placed('.json'), 'utf8')).toBe('{"a":1}\n')
    expect(await change('install', withProgram('.json', '{"a":2}\n'))).toMatchObject([{ action: 'change' }])
    expect(stateOf(one())).toMatchObject({ state: 'stale' })
    writeFileSync(placed('.json'), '{"a":3}\n')
    expect(await change('install', one())).toMatchObject([{ action: 'refused', refusal: { code: 'foreign-file' } }])
    expect(await change('uninstall', one())).toMatchObject([{ action: 'refused' }])
    writeFileSync(placed('.json'), '{"a":2}\n')
    expect(await change('uninstall', one())).toMatchObject([{ action: 'delete' }])
    expect(snapshot(machine.repoRoot)).toEqual(before)
  })

  test('never makes a file of a template that is broken', async () => {
    expect(await change('install', withProgram('.json', '{"a":1,}'))).toMatchObject([{ refusal: { code: 'template' } }])
  })

  test('a mark of an older rally in the wrong style is still its own', async () => {
    await change('install', withProgram('.js'))
    writeFileSync(placed('.js'), readFileSync(placed('.js'), 'utf8').replace(/\n\/\/ (?=rally:)/, '\n# '))
    expect(stateOf(withProgram('.js')).state).toBe('stale')
    expect(await change('install', withProgram('.js'))).toMatchObject([{ action: 'change' }])
    expect(stateOf(withProgram('.js')).state).toBe('installed')
  })
})

describe('a program that calls rally-hook itself', () => {
  test('stands for hooks: absent, installed with its events, stale when it was edited', async () => {
    const host = withProgram('.js')
    expect(stateOf(host)).toMatchObject({ state: 'absent', notes: [] })
    await change('install', host)
    expect(stateOf(host).files).toMatchObject([
      { kind: 'hooks', state: 'installed', events: [{ event: 'session.created', state: 'installed' }] },
    ])
    writeFileSync(placed('.js'), `// mine\n${readFileSync(placed('.js'), 'utf8')}`)
    expect(stateOf(host)).toMatchObject({ state: 'stale' })
    expect(await change('uninstall', host)).toMatchObject([{ action: 'refused', refusal: { code: 'foreign-file' } }])
  })

  test('never takes the place of a file of somebody else', async () => {
    mkdirSync(dirname(placed('.js')), { recursive: true })
    writeFileSync(placed('.js'), 'mine\n')
    expect(await change('install', withProgram('.js'))).toMatchObject([{ refusal: { code: 'foreign-file' } }])
    expect(stateOf(withProgram('.js'))).toMatchObject({ state: 'absent' })
    expect(await change('uninstall', withProgram('.js'))).toMatchObject([{ action: 'none' }])
    expect(readFileSync(placed('.js'), 'utf8')).toBe('mine\n')
  })

  test('gets the right to run where the host starts it, and is stale without it', async () => {
    const host = () => withProgram('.sh', '#!/bin/sh\nrally-hook quill session.created\n', { executable: true })
    await change('install', host())
    expect(statSync(placed('.sh')).mode & 0o111).toBe(0o111)
    expect(stateOf(host()).state).toBe('installed')
    chmodSync(placed('.sh'), 0o644)
    expect(stateOf(host()).state).toBe('stale')
  })

  test('tells its steps once, and not those that are done', async () => {
    const rule = {
      path: '.quill/trust.json',
      dialect: 'json',
      at: ['{repo}'],
      accepts: [true],
      step: 'trust it',
    } as const
    const host = withProgram('.js', PROGRAM, { trust: [rule], restart: ['quill'] })
    expect(await change('install', host)).toMatchObject([{ trustSteps: ['trust it'], restart: ['quill'] }])
    expect(stateOf(host).state).toBe('untrusted')
    mkdirSync(join(machine.home, '.quill'))
    writeFileSync(join(machine.home, '.quill/trust.json'), JSON.stringify({ [machine.repoRoot]: true }))
    expect(stateOf(host).state).toBe('installed')
    expect(await change('install', host)).toMatchObject([{ trustSteps: [], restart: [] }])
  })

  test('is verified by the calls that it makes, and taken out from afar', async () => {
    const host = withProgram('.js')
    expect(installedCommands(host, machine)).toEqual([])
    await change('install', host)
    expect(installedCommands(host, machine)).toMatchObject([
      { event: 'session.created', path: placed('.js'), command: line('quill', 'session.created') },
    ])
    const elsewhere = { ...machine, repoRoot: join(machine.root, 'another') }
    expect(installedPlaces([host], elsewhere)).toMatchObject([{ kind: 'hooks', path: placed('.js'), present: true }])
    expect(await uninstallEverywhere([host], { surroundings: elsewhere, dryRun: false })).toMatchObject([
      { action: 'delete' },
    ])
  })
})

test('a host that calls rally-hook of its own accord is fed its samples', () => {
  const samples = [{ event: 'turn-start', file: 'fixtures/turn-start.json' }]
  const loop = makeHost('loop', [], { samples }, '/plugins/loop')
  expect(sampleCommands(loop)).toMatchObject([
    { event: 'turn-start', path: '/plugins/loop/fixtures/turn-start.json', command: line('loop', 'turn-start') },
  ])
  expect(sampleCommands({ ...withProgram('.js') })).toEqual([])
})
