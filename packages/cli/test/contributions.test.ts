import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cleanEnv, runRally } from './run-rally.js'

// What a stranger's plugin registers reaches the program, beside what the bundled plugins register.

let folder: string
let repo: string
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'rally contributions ')))
  repo = join(folder, 'demo')
  mkdirSync(repo)
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', ...args], { cwd: repo })
  git('init', '-q', '-b', 'main')
  git('commit', '-q', '--allow-empty', '-m', 'one')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A home in which these plugins are linked: name to the source of its `register.cjs`. */
function homeWith(name: string, plugins: Readonly<Record<string, string>>, api = 1): NodeJS.ProcessEnv {
  const home = join(folder, name)
  const entries = Object.entries(plugins).map(([plugin, source]) => {
    const root = join(home, 'plugins', plugin)
    mkdirSync(root, { recursive: true })
    const rally = { api, register: './register.cjs' }
    writeFileSync(join(root, 'package.json'), JSON.stringify({ name: plugin, version: '1.0.0', oclif: {}, rally }))
    writeFileSync(join(root, 'register.cjs'), source)
    return { name: plugin, type: 'link', root }
  })
  const store = join(home, '.local/share/rally')
  mkdirSync(store, { recursive: true })
  writeFileSync(join(store, 'package.json'), JSON.stringify({ oclif: { schema: 1, plugins: entries } }))
  return cleanEnv(home, { RALLY_SESSION_ID: 's1', RALLY_TOOL: 't' })
}

function rally(env: NodeJS.ProcessEnv, ...args: string[]) {
  const { status, stdout, stderr } = runRally([...args, '--json'], { cwd: repo, env })
  return { status, stderr, json: JSON.parse(stdout) }
}

const RUN = `{
  read: async () => ({ build_loop_id: 'acme-7', build_loop_started_at: null, build_loop_run_label: null }),
  generateOrResume: async () => { throw new Error('not here') },
}`
const registersRun = `module.exports = ({ api, tokens, register }) => register(tokens.runIdentity, () => (${RUN}))`

describe('a plugin that registers', () => {
  it('a run identity is asked beside the bundled one', () => {
    const { status, json } = rally(homeWith('run', { 'acme-run': registersRun }), 'run', 'show')
    expect(status).toBe(0)
    expect(json).toMatchObject({ build_loop_id: 'acme-7' })
  })

  it('a coordination file is read for verdicts', () => {
    const text = '- verdict: BLOCKED by acme'
    const source = `module.exports = ({ register }) => register(Symbol.for('rally:port/coordination'), () => ({
      locate: async () => ({ path: '/acme.md', text: ${JSON.stringify(text)} }),
    }))`
    const { status, json } = rally(homeWith('file', { 'acme-file': source }), 'status')
    expect(status).toBe(0)
    expect(JSON.stringify(json)).toContain('/acme.md')
  })

  it('how another language imports is asked by rally boundary', () => {
    const source = `module.exports = ({ register }) => register(Symbol.for('rally:boundary/import-scanner'), () => ({
      endings: ['.go'],
      scan: (_path, text) => text.split('\\n').map((line, index) => ({ specifier: line.slice(7), line: index + 1 })),
    }))`
    const go = join(folder, 'go')
    mkdirSync(go)
    writeFileSync(join(go, 'a.go'), 'import fmt\nimport net')
    const plugin = { purpose: 'p', skill_entrypoints: ['a.go'], owns: ['a.go'], forbidden_parent_imports: ['net'] }
    writeFileSync(join(go, 'plugin_boundary.json'), JSON.stringify({ schema_version: '1.0', plugins: { a: plugin } }))
    const { json } = rally(homeWith('scanner', { 'acme-go': source }), 'boundary', '--repo', go)
    expect(json.findings).toEqual([expect.objectContaining({ message: expect.stringContaining('line 2 imports net') })])
  })

  it.each([
    ['throws', 'module.exports = () => { throw new Error("no disk") }', 1, 'no disk'],
    ['exports nothing', '', 1, 'does not export a function'],
    ['cannot be loaded', 'this is no program', 1, 'Unexpected'],
    ['speaks another api', registersRun, 2, 'declares api 2'],
  ])('and %s is named by the doctor and left out; all else works', (what, source, api, reason) => {
    const env = homeWith(`broken ${what}`, { 'acme-broken': source }, api)
    expect(rally(env, 'run', 'start')).toMatchObject({ status: 0, json: { ok: true } })
    expect(rally(env, 'status')).toMatchObject({ status: 0, stderr: '' })
    const findings: { code: string; message: string }[] = rally(env, 'doctor').json.checks
    const refused = findings.filter(({ code }) => code === 'plugin-refused').map(({ message }) => message)
    expect(refused).toEqual([expect.stringMatching(new RegExp(`acme-broken.*${reason}`))])
  })
})
