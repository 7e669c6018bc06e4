import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

// What `npm install --global @rally/cli` brings: the packed program, installed by npm into an empty folder.

const root = join(import.meta.dirname, '..')
const cli = join(root, 'packages/cli')
const manifest = JSON.parse(readFileSync(join(cli, 'package.json'), 'utf8'))
const MEGABYTE = 1024 * 1024
const LIMIT = { packages: 40, bytes: 15 * MEGABYTE }

let folder: string
let installed: ReturnType<typeof spawnSync>
const at = (...names: string[]) => join(folder, 'prefix/lib/node_modules/@rally/cli', ...names)

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'rally installed ')))
  for (const name of ['home', 'work', 'packed']) mkdirSync(join(folder, name))
  const packing = ['pack', '--silent', '--ignore-scripts', '--pack-destination', join(folder, 'packed')]
  execFileSync('npm', packing, { cwd: cli, stdio: ['ignore', 'ignore', 'inherit'] })
  const [tarball = ''] = readdirSync(join(folder, 'packed'))
  // Without a registry: what the package needs beside itself are the optional binaries, which are counted below.
  const args = ['install', '--global', '--prefix', join(folder, 'prefix'), '--offline', '--no-audit', '--no-fund']
  installed = spawnSync('npm', [...args, join(folder, 'packed', tarball)], {
    cwd: join(folder, 'work'),
    env: { PATH: process.env.PATH, HOME: join(folder, 'home'), npm_config_cache: join(folder, 'cache') },
    encoding: 'utf8',
  })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function start(...args: string[]) {
  return spawnSync(join(folder, 'prefix/bin/rally'), args, {
    cwd: join(folder, 'work'),
    env: { PATH: `${join(folder, 'prefix/bin')}:${process.env.PATH}`, HOME: join(folder, 'home') },
    encoding: 'utf8',
  })
}

function rally(...args: string[]): string {
  const { status, stdout, stderr } = start(...args)
  expect([args, status, stderr]).toEqual([args, 0, ''])
  return stdout
}

/** Bytes on disk and folders that npm or oclif take for a package. */
function weigh(path: string): { bytes: number; packages: number } {
  const stats = statSync(path)
  const own = stats.blocks * 512
  if (!stats.isDirectory()) return { bytes: own, packages: path.endsWith('/package.json') ? 1 : 0 }
  return readdirSync(path)
    .map((name) => weigh(join(path, name)))
    .reduce((sum, one) => ({ bytes: sum.bytes + one.bytes, packages: sum.packages + one.packages }), {
      bytes: own,
      packages: 0,
    })
}

describe('the installed program', () => {
  it('is installed without a warning, and runs no script', () => {
    expect([installed.status, installed.stderr]).toEqual([0, ''])
    const own = JSON.parse(readFileSync(at('package.json'), 'utf8'))
    expect(Object.keys(own.scripts ?? {}).filter((name) => /install|prepare/.test(name))).toEqual([])
  })

  it('is light', () => {
    expect(manifest.dependencies).toBeUndefined()
    const optional = join(root, 'node_modules', `@koromix/koffi-${process.platform}-${process.arch}`)
    const parts = [at(), ...(existsSync(optional) ? [optional] : [])].map(weigh)
    const packages = parts.reduce((sum, part) => sum + part.packages, 0)
    const bytes = parts.reduce((sum, part) => sum + part.bytes, 0)
    expect(packages, 'packages').toBeLessThan(LIMIT.packages)
    expect(bytes / MEGABYTE, 'MB').toBeLessThan(LIMIT.bytes / MEGABYTE)
  })

  it('brings its plugins, and says so', () => {
    const found = JSON.parse(rally('plugins', '--core', '--json'))
    const names: string[] = manifest.oclif.plugins
    const listed = found.filter(({ name }: { name: string }) => names.includes(name))
    expect(listed.map(({ name }: { name: string }) => name).sort()).toEqual([...names].sort())
    for (const plugin of listed) expect(plugin).toMatchObject({ type: 'core', version: manifest.version })
    const { hosts } = JSON.parse(rally('hosts', '--json'))
    expect(hosts.length).toBeGreaterThan(3)
    for (const host of hosts) expect(host).toMatchObject({ type: 'core', version: manifest.version, refusal: null })
  })

  it('brings what its plugins ship beside code: texts for agents, samples of events', () => {
    execFileSync('git', ['init', '-q'], { cwd: join(folder, 'work') })
    const { hosts } = JSON.parse(rally('hosts', '--json'))
    const withFiles = hosts.filter(({ id }: { id: string }) => id !== 'buildloop')
    for (const { id } of withFiles) {
      const { files } = JSON.parse(rally('hooks', 'install', '--host', id, '--json'))
      expect(files.length).toBeGreaterThan(1)
    }
    const [first] = withFiles
    const { hooks } = JSON.parse(start('hooks', 'verify', '--host', first.id, '--json').stdout)
    expect(hooks.length).toBeGreaterThan(2)
    // Whether its hooks run is another matter here; every one has a sample to be run with.
    for (const hook of hooks) expect(hook.verdict).not.toMatch(/unverified|failed/)
  })

  it('is all that the tutorial needs: followed literally in an empty folder, its two agents hear each other', () => {
    const page = 'docs/tutorial/two-agents.md'
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(root, 'scripts/pages.mjs'), '--check', '--program', at(), page],
      { cwd: root, encoding: 'utf8' },
    )
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/: 2\d commands run, 1 blocks not run/)
  })

  it('loads the commands of its plugins by oclif, too: from the running program', () => {
    const program = at('dist/bundled')
    const plugins: string[] = manifest.oclif.plugins.filter((name: string) => {
      const { oclif } = JSON.parse(readFileSync(join(program, name, 'package.json'), 'utf8'))
      return oclif.commands !== undefined
    })
    expect(plugins.length).toBeGreaterThan(2)
    for (const name of plugins) {
      const { oclif } = JSON.parse(readFileSync(join(program, name, 'package.json'), 'utf8'))
      expect(realpathSync(join(program, name, oclif.commands.target))).toBe(at('dist/rally.cjs'))
      const { commands } = JSON.parse(readFileSync(join(program, name, 'oclif.manifest.json'), 'utf8'))
      const [first = ''] = Object.keys(commands)
      expect(rally('help', ...first.split(':'))).toContain('USAGE')
    }
  })
})
