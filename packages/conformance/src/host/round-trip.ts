import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { HookConfigFile, HookScope, HostAdapter } from '@rally/core/ports/host'
import type { TestRunner } from '../test-runner.js'
import type { PluginPackage } from './plugin-package.js'

/** What a file holds before the installation: nothing (there is none), no more than it must, and words of the user's own. */
const STARTS = ['no file', 'empty files', 'commented files'] as const

/** Every declared file of every scope, written by the real program into a folder that is thrown away, and taken out again. */
export function roundTripTests({ describe, it }: TestRunner, plugin: PluginPackage, rally: readonly string[]): void {
  describe('round trip', () => {
    it('installs into no file, empty ones and commented ones, twice the same, and leaves every byte as it was', () => {
      const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rally round trip ')))
      try {
        const world = new Traveller(folder, plugin, rally)
        for (const start of STARTS) travel(world, start)
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    })
  })
}

function travel(world: Traveller, start: (typeof STARTS)[number]): void {
  const { adapter } = world
  const placed = [...adapter.configFiles, ...(adapter.programFiles ?? []), ...adapter.textFiles]
  for (const file of adapter.configFiles) {
    const text = start === 'no file' ? undefined : start === 'empty files' ? file.empty : commented(file)
    if (text !== undefined) world.lay(file, text)
  }
  const before = world.snapshot()
  const scopes = scopesOf(adapter)
  for (const scope of scopes) world.rally('hooks', 'install', '--host', adapter.id, '--scope', scope)
  const installed = world.snapshot()
  const unwritten = placed.filter((file) => installed[world.place(file)] === before[world.place(file)])
  assert.deepEqual(
    unwritten.map(({ path, scope }) => `${path} (${scope})`),
    [],
    `${start}: these were not written`,
  )
  if (start === 'commented files') {
    for (const scope of scopes) world.rally('hooks', 'install', '--host', adapter.id, '--scope', scope)
    assert.deepEqual(world.snapshot(), installed, 'a second installation changed something')
  }
  for (const scope of scopes) world.rally('hooks', 'uninstall', '--host', adapter.id, '--scope', scope)
  assert.deepEqual(world.snapshot(), before, `${start}: after the uninstallation something is not as it was`)
}

function scopesOf({ configFiles, programFiles = [], textFiles }: HostAdapter): readonly HookScope[] {
  const used = new Set([...configFiles, ...programFiles, ...textFiles].map(({ scope }) => scope))
  return (['project', 'user', 'local'] as const).filter((scope) => used.has(scope))
}

/** What a user may have in it, with comments where the host reads them. */
function commented({ empty, dialect, refuseComments }: HookConfigFile): string {
  if (dialect === 'toml') return `# mine\nmine = "as it is"   # and this\n\n${empty}`
  const mine = JSON.stringify({ mine: ['as', 'it is'], ...JSON.parse(empty) }, null, 3)
  const takesComments = dialect === 'jsonc' && refuseComments !== true
  return takesComments ? `${mine.replace('{', '{\n   // mine: stays\n  ')}\n\n/* and this */` : `${mine}\n\n`
}

/** A home, a repository and the plugin, linked. */
class Traveller {
  readonly adapter: HostAdapter
  readonly #home: string
  readonly #repo: string

  constructor(
    folder: string,
    plugin: PluginPackage,
    private readonly program: readonly string[],
  ) {
    this.adapter = plugin.adapter()
    this.#home = join(folder, 'home')
    this.#repo = join(folder, 'a repository')
    for (const path of [this.#home, this.#repo]) mkdirSync(path)
    this.#run(['git', 'init', '-q'])
    this.rally('plugins', 'link', plugin.folder, '--no-install')
  }

  rally(...argv: readonly string[]): void {
    this.#run([...this.program, ...argv])
  }

  place({ scope, path }: { readonly scope: HookScope; readonly path: string }): string {
    return join(scope === 'user' ? this.#home : this.#repo, path)
  }

  lay(file: HookConfigFile, text: string): void {
    const path = this.place(file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }

  /** Every file of both folders with its bytes, but for what rally and git keep for themselves. */
  snapshot(): Readonly<Record<string, string>> {
    const files: Record<string, string> = {}
    for (const folder of [this.#home, this.#repo])
      for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        if (/^(\.git|\.local|\.cache|\.config\/rally|\.build-loop|\.npm)(\/|$)/.test(name)) continue
        const path = join(folder, name)
        if (existsSync(path) && statSync(path).isFile()) files[path] = readFileSync(path, 'base64')
      }
    return files
  }

  #run([program = '', ...argv]: readonly string[]): void {
    const env = { PATH: process.env.PATH, HOME: this.#home, LANG: 'C.UTF-8' }
    const { status, stdout, stderr, error } = spawnSync(program, argv, { cwd: this.#repo, env, encoding: 'utf8' })
    if (error !== undefined)
      throw new Error(`${program} cannot be started: install rally, or name it with {rally: […]}`)
    assert.equal(status, 0, `${[program, ...argv].join(' ')}\n${stdout}${stderr}`)
  }
}
