import { spawnSync } from 'node:child_process'
import {
  constants,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { HostOutputItem } from '@rally/core/model/outputs/hosts'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type LoopbackRegistry, startRegistry } from './loopback-registry.js'
import { cleanEnv, RALLY } from './run-rally.js'

/** Nobody listens there. */
const DEAD_REGISTRY = 'http://127.0.0.1:9/'

const PLUGIN = '@rally/host-codex'
const HOST = 'codex'
const source = join(import.meta.dirname, '../../host-codex')

describe('host plugins, installed for real', () => {
  let folder = ''
  let registry: LoopbackRegistry

  beforeAll(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'rally-plugins-')))
    for (const name of ['home', 'work', 'packed']) mkdirSync(join(folder, name))
    if (!existsSync(join(source, 'dist/adapter.cjs'))) throw new Error('build first: npm run build')
    registry = await startRegistry(join(folder, 'registry'))
    writeFileSync(join(folder, 'npmrc'), registry.npmrc)
  })

  afterAll(async () => {
    await registry?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  afterEach(() => rmSync(join(folder, 'home'), { recursive: true, force: true }))

  const environment = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv =>
    cleanEnv(join(folder, 'home'), {
      npm_config_userconfig: join(folder, 'npmrc'),
      npm_config_cache: join(folder, 'npm-cache'),
      npm_config_audit: 'false',
      npm_config_fund: 'false',
      npm_config_update_notifier: 'false',
      npm_config_fetch_retries: '0',
      ...more,
    })

  const rally = (args: readonly string[], more: NodeJS.ProcessEnv = {}) => {
    const options = { cwd: join(folder, 'work'), env: environment(more), encoding: 'utf8', timeout: 120_000 } as const
    return spawnSync(process.execPath, [RALLY, ...args], options)
  }

  const succeed = (args: readonly string[], more?: NodeJS.ProcessEnv): string => {
    const { status, stdout, stderr } = rally(args, more)
    expect(status, `rally ${args.join(' ')}\n${stdout}\n${stderr}`).toBe(0)
    return stdout
  }

  const npm = (args: readonly string[], cwd: string): string => {
    const { status, stdout, stderr } = spawnSync('npm', args, { cwd, env: environment(), encoding: 'utf8' })
    expect(status, `npm ${args.join(' ')}\n${stderr}`).toBe(0)
    return stdout
  }

  const hosts = (): readonly HostOutputItem[] => JSON.parse(succeed(['hosts', '--json'])).hosts
  const host = (id = HOST): HostOutputItem | undefined =>
    hosts().find((item) => item.id === id && item.refusal === null)

  /** A copy of the plugin as another version, which shows in the adapter's title. */
  const variant = (version: string, change: (pkg: Record<string, unknown>) => void = () => {}): string => {
    const copy = join(folder, `variant-${version}`)
    for (const name of ['package.json', 'README.md', 'fixtures', 'templates', 'oclif.manifest.json']) {
      cpSync(join(source, name), join(copy, name), { recursive: true })
    }
    const pkg = JSON.parse(readFileSync(join(copy, 'package.json'), 'utf8'))
    Object.assign(pkg, { version, scripts: {}, files: ['dist', ...pkg.files] })
    change(pkg)
    writeFileSync(join(copy, 'package.json'), JSON.stringify(pkg))
    cpSync(join(source, 'dist/adapter.cjs'), join(copy, 'dist/original.cjs'))
    const render = `render: () => ({ stdout: '${version}' })`
    const changes = `{ id: ${JSON.stringify(pkg.rally.host)}, title: 'Codex CLI of ${version}', ${render} }`
    writeFileSync(
      join(copy, 'dist/adapter.cjs'),
      `module.exports = (api) => ({ ...require('./original.cjs')(api), ...${changes} })\n`,
    )
    return copy
  }

  const pack = (cwd: string): string => {
    const [packed] = JSON.parse(npm(['pack', '--json', '--pack-destination', join(folder, 'packed')], cwd))
    return join(folder, 'packed', packed.filename)
  }

  /** What `rally-hook` prints: the version of a variant's adapter, nothing with the bundled one. */
  const hookSays = (id = HOST): string => {
    const program = join(import.meta.dirname, '../bin/rally-hook.cjs')
    const input = readFileSync(join(source, 'fixtures/Stop.json'), 'utf8')
    const options = { cwd: join(folder, 'work'), env: environment(), input, encoding: 'utf8' } as const
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, id, 'Stop'], options)
    expect([status, stderr]).toEqual([0, ''])
    return stdout
  }

  const bundled = { plugin: PLUGIN, type: 'core', title: 'Codex CLI' }

  it('come with rally', () => {
    expect(host()).toMatchObject(bundled)
    expect(hookSays()).toBe('')
    expect(hosts().every((item) => item.refusal === null)).toBe(true)
  })

  it('are packed with everything that they name and nothing that only tests use', () => {
    const [packed] = JSON.parse(npm(['pack', '--dry-run', '--json'], source))
    const files = packed.files.map((file: { path: string }) => file.path)
    expect(files).toEqual(expect.arrayContaining(['dist/adapter.cjs', 'oclif.manifest.json', 'README.md']))
    expect(files.filter((file: string) => /schema|\.test\.|\.map$|tsbuildinfo/.test(file))).toEqual([])
  })

  it('install from a registry, upgrade, and fall back when uninstalled', () => {
    for (const version of ['0.1.1', '0.1.2']) npm(['publish', '--tag', 'test'], variant(version))
    succeed(['plugins', 'install', `${PLUGIN}@0.1.1`])
    expect(host()).toMatchObject({ type: 'user', version: '0.1.1', title: 'Codex CLI of 0.1.1' })
    expect(hosts().filter((item) => item.id === HOST)).toHaveLength(1)
    expect(hookSays()).toBe('0.1.1')
    expect(succeed(['plugins'])).toContain(`${HOST} 0.1.1`)

    succeed(['plugins', 'install', `${PLUGIN}@0.1.2`])
    expect(host()).toMatchObject({ type: 'user', version: '0.1.2', title: 'Codex CLI of 0.1.2' })
    expect(hookSays()).toBe('0.1.2')

    succeed(['plugins', 'uninstall', PLUGIN])
    expect(host()).toMatchObject(bundled)
    expect(hookSays()).toBe('')
  })

  it('install by the short name of the host', () => {
    npm(['publish'], variant('0.1.3'))
    succeed(['plugins', 'install', HOST])
    expect(host()).toMatchObject({ type: 'user', version: '0.1.3' })
    succeed(['plugins', 'uninstall', HOST])
    expect(host()).toMatchObject(bundled)
  })

  it('install from a tarball without any registry', () => {
    const dead = { npm_config_registry: DEAD_REGISTRY, npm_config_cache: join(folder, 'empty-cache') }
    succeed(['plugins', 'install', `file:${pack(variant('0.1.4'))}`], dead)
    expect(host()).toMatchObject({ type: 'user', version: '0.1.4', title: 'Codex CLI of 0.1.4' })
    succeed(['plugins', 'uninstall', PLUGIN], dead)
    expect(host()).toMatchObject(bundled)
  })

  /** A Node of its own in a folder, as a container has it, with npm beside it or without; nothing else is on PATH. */
  const nodeAlone = (name: string, { withNpm }: { withNpm: boolean }) => {
    const home = join(folder, name)
    mkdirSync(join(home, 'bin'), { recursive: true })
    copyFileSync(process.execPath, join(home, 'bin/node'), constants.COPYFILE_FICLONE)
    if (withNpm) {
      const npmFile = spawnSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).stdout.trim()
      mkdirSync(join(home, 'lib/node_modules'), { recursive: true })
      symlinkSync(join(realpathSync(npmFile), '../..'), join(home, 'lib/node_modules/npm'))
    }
    return (...args: string[]) =>
      spawnSync(join(home, 'bin/node'), [RALLY, ...args], {
        cwd: join(folder, 'work'),
        env: environment({ PATH: join(home, 'bin') }),
        encoding: 'utf8',
      })
  }

  it('install where the only npm is the one that came with Node', () => {
    const run = nodeAlone('node with npm', { withNpm: true })
    npm(['publish', '--tag', 'test'], variant('0.1.5'))
    const { status, stderr } = run('plugins', 'install', `${PLUGIN}@0.1.5`)
    expect(status, stderr).toBe(0)
    expect(host()).toMatchObject({ type: 'user', version: '0.1.5' })
    expect(run('plugins', 'uninstall', PLUGIN).status).toBe(0)
    expect(host()).toMatchObject(bundled)
  })

  it('say what is missing where there is no npm, and no yarn for a folder that needs it', () => {
    const run = nodeAlone('node alone', { withNpm: false })
    const told = run('plugins', 'install', PLUGIN)
    expect(told.status).toBe(1)
    expect(told.stderr).toContain('rally needs npm for this, and none is beside')
    expect(told.stderr).not.toMatch(/\n\s+at /)
    const copy = variant('0.1.6')
    writeFileSync(join(copy, 'yarn.lock'), '')
    const needs = run('plugins', 'link', copy)
    expect(needs.status).toBe(1)
    expect(needs.stderr.replace(/\s+/g, ' ')).toContain('run: rally plugins link FOLDER --no-install')
    expect(host()).toMatchObject(bundled)
    expect(run('plugins', 'link', copy, '--no-install').status).toBe(0)
    expect(host()).toMatchObject({ type: 'link', version: '0.1.6' })
    succeed(['plugins', 'uninstall', PLUGIN])
  })

  it('can be linked by people who write one, and a new host needs no change in rally', () => {
    const copy = variant('0.0.1', (pkg) => {
      pkg.name = '@acme/host-roundtable'
      pkg.rally = { api: 1, host: 'roundtable', adapter: './dist/adapter.cjs' }
    })
    succeed(['plugins', 'link', copy, '--no-install'])
    expect(host('roundtable')).toMatchObject({ plugin: '@acme/host-roundtable', type: 'link' })
    expect(hookSays('roundtable')).toBe('0.0.1')
    expect(host()).toMatchObject(bundled)
    succeed(['plugins', 'uninstall', '@acme/host-roundtable'])
    expect(host('roundtable')).toBeUndefined()
    expect(hookSays('roundtable')).toBe('')
  })

  const refused: ReadonlyArray<readonly [what: string, change: (pkg: Record<string, unknown>) => void, why: RegExp]> = [
    ['another api', (pkg) => Object.assign(pkg, { rally: { ...(pkg.rally as object), api: 2 } }), /declares api 2/],
    [
      'a second plugin for a host',
      (pkg) => Object.assign(pkg, { name: '@acme/host-codex' }),
      /also supplied by @rally\/host-codex/,
    ],
    [
      'a broken entry',
      (pkg) => Object.assign(pkg, { rally: { ...(pkg.rally as object), adapter: './dist/nothing.cjs' } }),
      /Cannot find module/,
    ],
  ]
  for (const [index, [what, change, why]] of refused.entries()) {
    it(`refuse ${what} by name; the bundled copy and the others keep working`, () => {
      const copy = variant(`0.9.${index}`, change)
      const { name } = JSON.parse(readFileSync(join(copy, 'package.json'), 'utf8'))
      succeed(['plugins', 'link', copy, '--no-install'])
      const found = hosts()
      expect(found.filter((item) => item.refusal !== null)).toEqual([
        expect.objectContaining({ id: HOST, plugin: name, refusal: expect.stringMatching(why) }),
      ])
      expect(found.find((item) => item.id === HOST && item.refusal === null)).toMatchObject(bundled)
      expect(new Set(found.map((item) => item.id)).size).toBeGreaterThan(1)
      expect(hookSays()).toBe('')
      expect(succeed(['hosts'])).toMatch(new RegExp(`refused  ${name} 0\\.9\\.${index} for ${HOST}: `))
      succeed(['plugins', 'uninstall', name])
      expect(host()).toMatchObject(bundled)
    })
  }
})
