import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { cleanEnv, runRally } from './run-rally.js'

// What the new folder is good for is shown by the course in the README of the plugin kit.

let folder: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'rally new ü ')))
  for (const name of ['home', 'my work']) mkdirSync(join(folder, name))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const rally = (...args: string[]) =>
  runRally(['hosts', 'new', ...args], { cwd: join(folder, 'my work'), env: cleanEnv(join(folder, 'home')) })
const made = () => readdirSync(join(folder, 'my work'))

it.each(['configuration', 'program'])('starts a plugin for a %s host, all of it in the name that was given', (kind) => {
  const { status, stdout } = rally('inkwell', '--kind', kind, '--json')
  expect(status).toBe(0)
  const at = join(folder, 'my work/rally-host-inkwell')
  const { files, folder: said, next_steps } = JSON.parse(stdout)
  expect([said, next_steps[0]]).toEqual([at, `cd '${at}'`])
  expect(files).toEqual(expect.arrayContaining(['package.json', 'src/adapter.js', 'test/contract.test.js']))
  expect(files.filter((name: string) => name.startsWith('fixtures/')).length).toBeGreaterThan(3)
  expect(files.includes('programs/rally.js')).toBe(kind === 'program')
  for (const name of files) expect(readFileSync(join(at, name), 'utf8'), name).not.toMatch(/quill/i)
  expect(JSON.parse(readFileSync(join(at, 'package.json'), 'utf8'))).toMatchObject({
    ...{ name: 'rally-host-inkwell', rally: { api: 1, host: 'inkwell', adapter: './dist/adapter.cjs' } },
  })
  expect(made()).toEqual(['rally-host-inkwell'])
})

it.each([
  ['Ink Well', 2, 'rally hosts new inkwell'],
  ['9lives', 2, 'rally hosts new lives'],
  ['', 2, 'rally hosts new quill'],
  ['a'.repeat(17), 2, `rally hosts new ${'a'.repeat(16)}`],
  ['../up', 2, 'rally hosts new up'],
  ['codex', 5, '@rally/host-codex'],
  ['claudecode', 5, '@rally/host-claude-code'],
  ['opencode', 5, '@rally/host-opencode'],
])('refuses the name %s', (name, exit, hint) => {
  const { status, stderr } = rally(name)
  expect([status, stderr.replace(/\s+/g, ' ')]).toEqual([exit, expect.stringContaining(hint)])
  expect(made()).toEqual([])
})

it('never touches what is there, and says where a folder is missing', () => {
  mkdirSync(join(folder, 'my work/rally-host-inkwell'))
  expect(rally('inkwell').stderr).toContain('is there already')
  writeFileSync(join(folder, 'my work/rally-host-pen'), 'mine')
  expect(rally('pen').stderr).toContain('is there already')
  expect(rally('nib', '--in', 'nowhere').status).toBe(3)
  expect(made().sort()).toEqual(['rally-host-inkwell', 'rally-host-pen'])
})
