import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cleanEnv, runRally } from './run-rally.js'

const cli = join(import.meta.dirname, '..')
const require = createRequire(join(cli, 'package.json'))

interface Manifest {
  readonly commands: Readonly<Record<string, { readonly aliases: readonly string[] }>>
}

/** The plugins that come with rally and have commands. */
const plugins: { name: string; folder: string; ids: string[] }[] = require('./package.json')
  .oclif.plugins.filter((name: string) => name.startsWith('@rally/'))
  .map((name: string) => ({ name, folder: realpathSync(dirname(require.resolve(`${name}/package.json`))) }))
  .map(({ name, folder }: { name: string; folder: string }) => {
    const { commands }: Manifest = JSON.parse(readFileSync(join(folder, 'oclif.manifest.json'), 'utf8'))
    return { name, folder, ids: Object.keys(commands) }
  })
  .filter(({ ids }: { ids: string[] }) => ids.length > 0)

let folder: string
let repo: string
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'rally compiled ')))
  repo = join(folder, 'demo')
  mkdirSync(repo)
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', ...args], { cwd: repo })
  git('init', '-q', '-b', 'main')
  git('commit', '-q', '--allow-empty', '-m', 'one')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const envOf = (name: string) =>
  cleanEnv(join(folder, name), { XDG_CACHE_HOME: join(folder, name, 'cache'), RALLY_SESSION_ID: 's1', RALLY_TOOL: 't' })

describe('commands of the plugins that come with rally', () => {
  it('are compiled with the program, every one', () => {
    const { inputs } = JSON.parse(readFileSync(join(cli, 'dist/metafile.json'), 'utf8'))
    const compiled = new Set(Object.keys(inputs).map((path) => path.replace(/^.*packages\//, '')))
    expect(plugins.length).toBeGreaterThan(0)
    for (const { folder: root, ids } of plugins) {
      for (const id of ids) {
        const file = join(root, 'dist/commands', `${id.replaceAll(':', '/')}.js`).replace(/^.*packages\//, '')
        expect(compiled).toContain(file)
      }
    }
  })

  it('have compiled code of their own where the plugin says that they run all day', () => {
    mkdirSync(join(folder, 'daily/cache'), { recursive: true })
    for (const { folder: root, ids } of plugins) {
      for (const word of JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).rally?.daily ?? []) {
        const id = ids.find((one) => one === word || one === `${word}:status`)
        expect(id, `${word} has no command that can be run here`).toBeDefined()
        const run = runRally([...(id ?? '').split(':'), '--json'], { cwd: repo, env: envOf('daily') })
        expect(run.status, run.stderr).toBe(0)
        const kinds = readdirSync(join(folder, 'daily/cache/rally/compiled')).map((name) => name.split('-')[0])
        expect(kinds).toContain(`rally_${word.replaceAll('-', '')}`)
      }
    }
  })

  it('are those of the plugin that the user installed in its place; it gets the composed program from the running one', () => {
    const [plugin] = plugins
    const id = plugin?.ids[0] ?? ''
    const copy = join(folder, 'copy')
    const place = join(copy, 'commands', `${id.replaceAll(':', '/')}.cjs`)
    mkdirSync(dirname(place), { recursive: true })
    writeFileSync(
      place,
      `module.exports = class {
        static async run(argv, config) {
          const { successes } = await config.runHook('rally:api', {})
          const api = successes[0].result
          api.present({ json: { mine: api.api }, text: 'mine' }, { json: true, schema: 'rally.mine/1' })
          await api.close()
        }
      }\n`,
    )
    const manifest = { name: plugin?.name, version: '9.0.0', oclif: { commands: './commands', topicSeparator: ' ' } }
    writeFileSync(join(copy, 'package.json'), JSON.stringify(manifest))
    const store = join(folder, 'installed/.local/share/rally')
    mkdirSync(store, { recursive: true })
    const entry = { name: plugin?.name, type: 'link', root: copy }
    writeFileSync(join(store, 'package.json'), JSON.stringify({ oclif: { schema: 1, plugins: [entry] } }))
    const run = runRally(id.split(':'), { cwd: repo, env: envOf('installed') })
    expect(run.status, run.stderr).toBe(0)
    expect(JSON.parse(run.stdout)).toEqual({ ok: true, schema: 'rally.mine/1', mine: 1 })
  })
})

describe('commands that are run all day', () => {
  const SENT = { tell: ['s1', 'x'], claim: ['a.ts'], release: ['a.ts'], who: ['a.ts'] }
  const ARGUMENTS: Record<string, string[]> = {
    ...SENT,
    presence: ['--task', 't'],
    heartbeat: ['--task-ref', 'T-1'],
    post: ['feedback', '--message', 'x'],
    inbox: ['read'],
    ask: ['s1', 'x'],
    reply: ['2', 'x'],
    buildloop: ['status'],
  }
  // In this order: some of them look at what others left.
  const words = readFileSync(join(cli, 'dist/daily'), 'utf8').split(' ')

  it.each(words)('%s loads nothing of the rest of the program', (word) => {
    const noted = join(folder, `read by ${word}`)
    const note = join(folder, 'note-files.cjs')
    writeFileSync(
      note,
      `const fs = require('node:fs')
      const open = fs.openSync
      fs.openSync = (path, ...more) => {
        if (String(path).endsWith('.cjs')) fs.appendFileSync(process.env.NOTED, path + '\\n')
        return open(path, ...more)
      }\n`,
    )
    const env = { ...envOf('all day'), RALLY_TOOL: 'codex', NOTED: noted, NODE_OPTIONS: `--require "${note}"` }
    mkdirSync(join(folder, 'all day/cache'), { recursive: true })
    const args = [...(word === 'here' ? [] : [word]), ...(ARGUMENTS[word] ?? [])]
    const run = runRally(args, { cwd: repo, env })
    const files = readFileSync(noted, 'utf8')
    expect(files).toContain('rally.cjs')
    expect(files, run.stdout + run.stderr).not.toContain('rest.cjs')
  })
})
