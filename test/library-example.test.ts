import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const example = join(root, 'examples/library/watch-the-build.mjs')

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rally-library-'))
  mkdirSync(join(folder, 'shop'))
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', ...args], {
      cwd: join(folder, 'shop'),
      stdio: 'ignore',
    })
  git('init', '-q', '-b', 'main')
  git('commit', '-q', '--allow-empty', '-m', 'one')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function run(workdir: string) {
  const env = { PATH: process.env.PATH, HOME: folder, AGENT_RALLY_APPS_ROOT: join(folder, 'apps') }
  return spawnSync(process.execPath, [example, workdir], { env, encoding: 'utf8', timeout: 150_000 })
}

const EXPECTED = `room: shop
posted revision 1, in the inbox of codex
task BUILD-1: current
new since the last look: feedback
room is blocked: resolve_open_escalations
`

it('the example takes part in a room', () => {
  const { stdout, stderr, status } = run(join(folder, 'shop'))
  expect(stderr).toBe('')
  expect(stdout).toBe(EXPECTED)
  expect(status).toBe(0)
  expect(readFileSync(join(folder, 'apps/shop/inbox/codex.jsonl'), 'utf8')).toContain('the build is red')
})

it('the example fails by code', () => {
  const { stderr, status } = run(folder)
  expect(stderr).toMatch(/^NOT_A_REPOSITORY: /)
  expect(status).toBe(2)
})

it('the page shows the example as it is, and what it prints', () => {
  const page = readFileSync(join(root, 'docs/how-to/use-as-a-library.md'), 'utf8')
  expect(page).toContain(readFileSync(example, 'utf8').trim())
  expect(page).toContain(EXPECTED.trim())
})
