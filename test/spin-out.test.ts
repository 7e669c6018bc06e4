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
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LoopbackRegistry, startRegistry } from '../packages/cli/test/loopback-registry.js'
import { cleanEnv, RALLY } from '../packages/cli/test/run-rally.js'

// A plugin leaves this repository: exactly the files that the manifest lists are copied, and a third party builds, packs,
// installs and tests them, with nothing in reach but what the plugin declares and the tools of its own that it brings.

const root = join(import.meta.dirname, '..')
const PLUGIN = '@rally/host-codex'
/** What every TypeScript project brings itself. */
const TOOLS = ['typescript', 'esbuild', 'vitest', '@types/node']

describe('host-codex, taken out', () => {
  let folder: string
  /** The plugin's own folder in the copy. */
  let plugin: string
  let registry: LoopbackRegistry

  beforeAll(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'rally spin-out ')))
    for (const name of ['home', 'work', 'packed']) mkdirSync(join(folder, name))
    registry = await startRegistry(join(folder, 'registry'))
    writeFileSync(join(folder, 'npmrc'), registry.npmrc)
    const { files } = JSON.parse(succeed(process.execPath, [RALLY, 'boundary', '--list', 'host-codex', '--json'], root))
    expect(files.length).toBeGreaterThan(20)
    for (const path of files) {
      mkdirSync(dirname(join(folder, 'copy', path)), { recursive: true })
      cpSync(join(root, path), join(folder, 'copy', path))
    }
    plugin = join(folder, 'copy/packages/host-codex')
    const { dependencies, devDependencies, peerDependencies } = readPackage(plugin)
    const declared = Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies })
    for (const name of [...declared, ...TOOLS]) {
      const target = join(plugin, 'node_modules', name)
      mkdirSync(dirname(target), { recursive: true })
      symlinkSync(realpathSync(join(root, 'node_modules', name)), target)
    }
  })

  afterAll(async () => {
    await registry?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  function environment(): NodeJS.ProcessEnv {
    return cleanEnv(join(folder, 'home'), {
      npm_config_userconfig: join(folder, 'npmrc'),
      npm_config_cache: join(folder, 'npm-cache'),
      npm_config_audit: 'false',
      npm_config_fund: 'false',
      npm_config_update_notifier: 'false',
    })
  }

  function succeed(program: string, args: readonly string[], cwd: string): string {
    const { status, stdout, stderr } = spawnSync(program, args, { cwd, env: environment(), encoding: 'utf8' })
    expect(status, `${args.join(' ')}\n${stdout}\n${stderr}`).toBe(0)
    return stdout
  }

  const rally = (...args: string[]) => succeed(process.execPath, [RALLY, ...args], join(folder, 'work'))
  const host = () => JSON.parse(rally('hosts', '--json')).hosts.find(({ id }: { id: string }) => id === 'codex')

  it('compiles by itself', () => {
    const { references: _ours, ...config } = JSON.parse(readFileSync(join(plugin, 'tsconfig.json'), 'utf8'))
    writeFileSync(join(plugin, 'tsconfig.json'), JSON.stringify(config))
    succeed(process.execPath, ['node_modules/typescript/bin/tsc', '-p', '.'], plugin)
    expect(existsSync(join(plugin, 'dist/adapter.js'))).toBe(true)
  })

  it('passes its contract suite and all its other tests', () => {
    const report = join(folder, 'report.json')
    const args = ['node_modules/vitest/vitest.mjs', 'run', '--root', '.', '--reporter=json', `--outputFile=${report}`]
    succeed(process.execPath, args, plugin)
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'))
    expect(numFailedTests).toBe(0)
    expect(numPassedTests).toBeGreaterThan(50)
    const names = testResults.flatMap(({ assertionResults }: { assertionResults: { fullName: string }[] }) =>
      assertionResults.map(({ fullName }) => fullName),
    )
    expect(names.some((name: string) => /contract/i.test(name))).toBe(true)
  })

  it('is bundled, packed, installed and used as a third party would', () => {
    // What the page for plugin authors says: one CommonJS file whose exports are the factory.
    const footer = 'module.exports = module.exports.default ?? module.exports;'
    const words = ['src/adapter.ts', '--bundle', '--platform=node', '--target=node20.19', '--format=cjs']
    succeed(
      join(plugin, 'node_modules/esbuild/bin/esbuild'),
      [...words, '--outfile=dist/adapter.cjs', `--footer:js=${footer}`],
      plugin,
    )
    const pkg = { ...readPackage(plugin), version: '0.1.7' }
    writeFileSync(join(plugin, 'package.json'), JSON.stringify(pkg))
    const [packed] = JSON.parse(
      succeed('npm', ['pack', '--json', '--pack-destination', join(folder, 'packed')], plugin),
    )
    const paths = packed.files.map(({ path }: { path: string }) => path)
    expect(paths).toContain('dist/adapter.cjs')
    expect(paths.filter((path: string) => path.endsWith('.ts'))).toEqual([])

    expect(host()).toMatchObject({ plugin: PLUGIN, type: 'core' })
    rally('plugins', 'install', `file:${join(folder, 'packed', packed.filename)}`)
    expect(host()).toMatchObject({ plugin: PLUGIN, type: 'user', version: '0.1.7', refusal: null })

    const input = readFileSync(join(plugin, 'fixtures/SessionStart.json'), 'utf8')
    const hook = spawnSync(process.execPath, [join(root, 'packages/cli/bin/rally-hook.cjs'), 'codex', 'SessionStart'], {
      cwd: join(folder, 'work'),
      env: environment(),
      input,
      encoding: 'utf8',
    })
    expect([hook.status, hook.stderr]).toEqual([0, ''])

    rally('plugins', 'uninstall', PLUGIN)
    expect(host()).toMatchObject({ plugin: PLUGIN, type: 'core' })
  })
})

function readPackage(folder: string) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}
