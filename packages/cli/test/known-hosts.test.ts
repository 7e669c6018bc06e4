import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, it } from 'vitest'
import { cleanEnv, runRally } from './run-rally.js'

// A host whose plugin does not come with the program is named where hooks are installed, with what to type.

const folder = mkdtempSync(join(tmpdir(), 'rally-known-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const repo = join(folder, 'shop')
const home = join(folder, 'home')
const known: { plugin: string; id: string; title: string; signs?: { scope: string; path: string }[] }[] = JSON.parse(
  readFileSync(join(import.meta.dirname, '../dist/known-hosts.json'), 'utf8'),
)
const install = (...words: string[]) =>
  runRally(['hooks', 'install', '--dry-run', ...words], { cwd: repo, env: cleanEnv(home) })

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(repo, { recursive: true })
  mkdirSync(home)
  execFileSync('git', ['init', '-q', repo])
})

function sign(path: string): void {
  if (/\.\w+$/.test(path.slice(1))) {
    mkdirSync(join(repo, path, '..'), { recursive: true })
    writeFileSync(join(repo, path), '{}')
  } else mkdirSync(join(repo, path), { recursive: true })
}

it.each(known.map((one) => [one.title, one] as const))('%s', (_title, { plugin, id, title, signs }) => {
  const cure = `rally plugins install ${plugin}, then rally hooks install --host ${id}`
  expect(install().stderr).toContain('no coding host was found')
  sign(signs?.find(({ scope }) => scope === 'project')?.path ?? `.${id}`)
  const alone = install()
  expect(alone.status).toBe(2)
  expect(alone.stderr.replace(/\s+/g, ' ')).toContain(`${title} is used here, and no installed plugin knows it`)
  expect(alone.stderr.replace(/\s+/g, ' ')).toContain(cure)
  sign('.claude')
  const { next_steps } = JSON.parse(install('--json').stdout)
  expect(next_steps).toContainEqual({ host: id, step: `${title} is used here: ${cure}` })
  // Who names a host has said what is wanted.
  expect(install('--host', 'claude_code', '--json').stdout).not.toContain(plugin)
})

it('there are such hosts', () => {
  expect(known.length).toBeGreaterThan(0)
})
