import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cleanEnv, runRally } from '../../packages/cli/test/run-rally.js'
import { hostPackages } from '../../packages/hook/test/program.js'
import { everyExample } from '../support/examples.js'
import { type Planted, plant, programSettings } from './planted-git.js'

/**
 * No program that a repository names is started by a command or a hook, however the repository is met; and none of them looks for
 * anybody in the network: not even for a newer version of rally.
 */

const packages = join(import.meta.dirname, '../../packages')
const HOOK = join(packages, 'cli/bin/rally-hook.cjs')
const PLACES = ['archive', 'submodule', 'worktree', 'bare'] as const
/** RALLY_HOSTILE_ALL=1: every command in every place. */
const ALL = process.env.RALLY_HOSTILE_ALL !== undefined
/** Beside each command's own example: what writes to the repository, and questions that need other answers of git. */
const MORE = [
  'run start --worktree --json',
  'status --json',
  'checkpoint --json',
  'boundary --json',
  'boundary --check --json',
]

/** They are asked to. */
const FOR_THE_NETWORK = /^(relay|web|top|upgrade)$/
const GUARD = join(import.meta.dirname, '../support/tell-connections.cjs')

let root: string
let connections: string
let planted: Planted
let env: NodeJS.ProcessEnv
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'rally planted ')))
  const home = join(root, 'home')
  mkdirSync(home)
  connections = join(root, 'connections')
  env = cleanEnv(home, {
    RALLY_SESSION_ID: 'tester-1',
    RALLY_TOOL: 'tester',
    GIT_CONFIG_NOSYSTEM: '1',
    NODE_OPTIONS: `--require ${JSON.stringify(GUARD)}`,
    RALLY_TEST_CONNECTIONS: connections,
  })
  const who = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@b' }
  planted = plant(root, { ...env, ...who })
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** Who looked for somebody in the network since the last call. */
function connected(): string {
  if (!existsSync(connections)) return ''
  const text = readFileSync(connections, 'utf8')
  rmSync(connections)
  return text
}

it.each([
  ['a name', "require('node:dns').lookup('localhost', () => {})", 'look up localhost'],
  ['a connection', "require('node:net').connect(9, '127.0.0.1').on('error', () => {})", 'connect {"port":9'],
  ['a question', "fetch('http://127.0.0.1:65009/').catch(() => {})", '"port":"65009"'],
])('%s would be seen', (_what, program, told) => {
  spawnSync(process.execPath, ['-e', program], { env, encoding: 'utf8' })
  expect(connected()).toContain(told)
})

describe('the planted programs', () => {
  it('are all that the documentation names', () => {
    const expected =
      'diff.external core.fsmonitor core.sshCommand core.gitProxy core.pager core.editor core.askPass filter.x.clean filter.x.smudge filter.x.process diff.x.textconv diff.x.command merge.x.driver credential.helper gpg.program uploadpack.packObjectsHook alias.status pager.status remote.origin.vcs sequence.editor'
    expect(programSettings()).toEqual(expect.arrayContaining(expected.split(' ')))
  })

  it.each(PLACES)('do run when git is called as everybody calls it: %s', (place) => {
    planted.touch()
    const cwd = planted.places[place]
    for (const args of [['status'], ['ls-files', '--others'], ['diff']]) spawnSync('git', args, { cwd, env, input: '' })
    const fired = planted.fired()
    // Whoever empties the filters that can be listed, and lets git make a worktree.
    if (place === 'archive') {
      const tree = join(root, 'worktrees made', 'run-1')
      const known = ['clean=cat', 'smudge=cat', 'process='].flatMap((one) => ['-c', `filter.x.${one}`])
      spawnSync('git', [...known, 'worktree', 'add', '-q', '-b', 'bl/run-1', tree], { cwd, env })
      expect(planted.fired().some((label) => label.startsWith('late '))).toBe(true)
    }
    expect(fired.some((label) => label.endsWith('core.fsmonitor'))).toBe(true)
    expect(fired.some((label) => label.includes('filter.x.'))).toBe(true)
    if (place === 'archive') {
      spawnSync('git', ['merge-base', '--is-ancestor', 'HEAD', 'origin/main'], { cwd, env })
      expect(planted.fired()).toContain('lazy-fetch')
      const quiet = ['core.fsmonitor=false', 'filter.x.clean=', 'filter.x.process='].flatMap((one) => ['-c', one])
      spawnSync('git', [...quiet, 'update-index', '--refresh'], { cwd, env })
      expect(planted.fired()).toContain('hook-post-index-change')
    }
  })
})

describe.each(PLACES)('in the place of a %s', (place) => {
  const lines = [
    // First of all: a worktree is made for a run that begins.
    ...MORE.map((line) => line.split(' ').join('\0')),
    // How a repository is met is one piece of code: each command meets it in one of the places, by turns.
    ...everyExample()
      .filter((_, at) => ALL || at % PLACES.length === PLACES.indexOf(place))
      .map(({ words }) => [...words, '--json'].join('\0')),
  ]
  it.each(lines)('rally %s', (line) => {
    planted.touch()
    const result = runRally(line.split('\0'), { cwd: planted.places[place] ?? root, env, input: '{}' })
    expect(result.stderr).not.toMatch(/\n\s+at |rally failed/)
    expect(planted.fired()).toEqual([])
    if (place === 'archive' && line.includes('--worktree')) {
      const { run_worktree_path: path } = JSON.parse(result.stdout)
      expect(readFileSync(join(path, 'late.txt'), 'utf8')).toBe('a\n')
    }
    const seen = connected()
    if (!FOR_THE_NETWORK.test(line.split('\0')[0] ?? '')) expect(seen).toBe('')
  })

  it.each(hostPackages().map((host) => [host.id, host] as const))('every hook of %s', (_id, { id, fixtures }) => {
    expect(fixtures.length).toBeGreaterThan(0)
    planted.touch()
    for (const { event, text } of fixtures) {
      const payload = { ...JSON.parse(text), cwd: planted.places[place] }
      const result = spawnSync(process.execPath, [HOOK, id, event], {
        cwd: planted.places[place],
        env,
        input: JSON.stringify(payload),
        encoding: 'utf8',
      })
      expect(result.status).toBe(0)
    }
    expect(planted.fired()).toEqual([])
    expect(connected()).toBe('')
  })
})

it('git is called in one place of the source', () => {
  const callers = readdirSync(packages, { recursive: true, encoding: 'utf8' })
    .filter((file) => /^[^/]+\/src\/.*\.ts$/.test(file) && !/\.test\.ts$|\/testing\//.test(file))
    .filter((file) => /(spawn|exec|runProgram)\w*\(\s*['"`]git['"`]/.test(readFileSync(join(packages, file), 'utf8')))
  expect(callers).toEqual(['local/src/repository/run-git.ts'])
})
