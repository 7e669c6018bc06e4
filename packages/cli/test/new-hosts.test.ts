import { spawnSync } from 'node:child_process'
import {
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
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { HostOutputItem } from '@rally/core/model/outputs/hosts'
import { createHostApi } from '@rally/core/moments'
import type { HostAdapter } from '@rally/core/ports/host'
import { obj, str } from '@rally/core/readers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { cleanEnv, RALLY } from './run-rally.js'

// Hosts that do not come with the program: their plugins from tarballs with no registry in reach, newer and older ones, two for
// one host, servers, and gone again. Each step takes npm a while, so every run tries one of each kind; RALLY_HOSTS=all tries all.

const packages = join(import.meta.dirname, '../..')
const known: { plugin: string; id: string; programFiles: unknown[] }[] = JSON.parse(
  readFileSync(join(import.meta.dirname, '../dist/known-hosts.json'), 'utf8'),
)
const tried =
  process.env.RALLY_HOSTS === 'all'
    ? known
    : [true, false].flatMap(
        (isProgram) => known.findLast(({ programFiles }) => programFiles.length > 0 === isProgram) ?? [],
      )

let folder: string
let env: NodeJS.ProcessEnv
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'rally hosts ')))
  for (const name of ['home', 'shop', 'bin']) mkdirSync(join(folder, name))
  const bin = join(folder, 'bin')
  symlinkSync(join(RALLY, '../rally-hook.cjs'), join(bin, 'rally-hook'))
  env = cleanEnv(join(folder, 'home'), {
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    npm_config_registry: 'http://127.0.0.1:9/',
    npm_config_cache: join(folder, 'empty cache'),
    npm_config_audit: 'false',
    npm_config_fetch_retries: '0',
    npm_config_update_notifier: 'false',
  })
  spawnSync('git', ['init', '-q', join(folder, 'shop')])
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const rally = (...args: string[]): string => {
  const options = { cwd: join(folder, 'shop'), env, encoding: 'utf8', timeout: 300_000 } as const
  const { status, stdout, stderr } = spawnSync(process.execPath, [RALLY, ...args], options)
  expect(status, `rally ${args.join(' ')}\n${stdout}\n${stderr}`).toBe(0)
  return stdout
}
const hosts = (id: string): HostOutputItem[] =>
  JSON.parse(rally('hosts', '--json')).hosts.filter((one: HostOutputItem) => one.id === id)

/** What npm would fetch of the plugin, as another version or under another name. */
function tarball(plugin: string, version: string, name = plugin): string {
  const source = join(packages, plugin.replace('@rally/', ''))
  const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'))
  const file = `${name.replace(/\W+/g, '-')}-${version}.tgz`
  const at = join(folder, 'package')
  mkdirSync(at)
  for (const path of manifest.files)
    if (existsSync(join(source, path))) cpSync(join(source, path), join(at, path), { recursive: true })
  writeFileSync(join(at, 'package.json'), JSON.stringify({ ...manifest, name, version, devDependencies: {} }))
  expect(spawnSync('tar', ['-czf', join(folder, file), '-C', folder, 'package']).status).toBe(0)
  rmSync(at, { recursive: true })
  return `file:${join(folder, file)}`
}

function adapterOf(plugin: string): HostAdapter {
  const load = createRequire(import.meta.url)
  return load(join(packages, plugin.replace('@rally/', ''), 'dist/adapter.cjs'))(createHostApi())
}

it('there are such hosts, of both kinds', () => {
  expect(new Set(tried.map(({ programFiles }) => programFiles.length > 0))).toEqual(new Set([true, false]))
})

it.each(tried)('$plugin', ({ plugin, id }) => {
  expect(hosts(id)).toEqual([])
  // Installed, newer, older: the hot path answers with the one that is there.
  for (const version of ['0.1.1', '0.1.2', '0.1.1']) {
    rally('plugins', 'install', tarball(plugin, version))
    expect(hosts(id)).toMatchObject([{ plugin, version, type: 'user', refusal: null }])
  }
  rally('hooks', 'install', '--host', id)
  const { hooks } = JSON.parse(rally('hooks', 'verify', '--host', id, '--json'))
  expect(hooks.length).toBeGreaterThan(0)
  for (const { verdict } of hooks) expect(verdict).toMatch(/^(fired|unverified)$/)

  // Its agents reach the server, where the host has a file for that.
  const { settings = [] } = adapterOf(plugin).mcp ?? {}
  const servers = settings.filter(({ scope, purpose }) => scope === 'user' && purpose === 'server')
  if (servers.length > 0) rally('hooks', 'install', '--host', id, '--scope', 'user', '--mcp')
  for (const { path, at, value } of servers) {
    const named = (place: unknown) => at.reduce<unknown>((inner, key) => obj(inner)[key], place)
    const file = join(folder, 'home', path)
    expect(named(JSON.parse(readFileSync(file, 'utf8')))).toEqual(value)
    rally('hooks', 'uninstall', '--host', id, '--scope', 'user')
    expect(existsSync(file)).toBe(false)
  }
  rally('hooks', 'uninstall', '--host', id)

  // Two for one host: neither is used, by name, until one of them is gone.
  const other = `rally-host-other-${id}`
  rally('plugins', 'install', tarball(plugin, '0.2.0', other))
  const both = hosts(id)
  expect(both.map((one) => one.plugin).sort()).toEqual([plugin, other].sort())
  for (const { refusal } of both) expect(str(refusal)).toMatch(/also supplied by/)
  rally('plugins', 'uninstall', other)
  expect(hosts(id)).toMatchObject([{ plugin, version: '0.1.1', refusal: null }])

  rally('plugins', 'uninstall', plugin)
  expect(hosts(id)).toEqual([])
})
