import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { HELP_GROUPS } from '../src/root-help.js'
import { displayWidth } from '../src/views/text/display-width.js'
import { cleanEnv, runRally } from './run-rally.js'

const home = mkdtempSync(join(tmpdir(), 'rally-help-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))
const run = (args: string[], env: NodeJS.ProcessEnv = {}) => runRally(args, { cwd: home, env: cleanEnv(home, env) })

const { commands } = JSON.parse(readFileSync(join(import.meta.dirname, '../oclif.manifest.json'), 'utf8'))
const words = [
  ...new Set(
    Object.values<{ id: string; hidden?: boolean }>(commands).flatMap(({ id, hidden }) =>
      hidden ? [] : (id.split(':')[0] ?? []),
    ),
  ),
]

it('every command stands in exactly one group', () => {
  const grouped = Object.values(HELP_GROUPS).flat()
  expect(new Set(grouped).size).toBe(grouped.length)
  expect(words.filter((word) => !grouped.includes(word))).toEqual([])
})

describe.each([120, 80, 40, 20])('help at %i columns', (columns) => {
  it('shows each command once, and no line is wider', () => {
    const { stdout, status } = run(['--help'], { COLUMNS: String(columns) })
    expect(status).toBe(0)
    const lines = stdout.split('\n')
    for (const line of lines) expect(displayWidth(line), line).toBeLessThanOrEqual(columns)
    const named = lines
      .slice(lines.indexOf('See'))
      .flatMap((line) => /^ {2}([a-z][a-z-]*)(?: |$)/.exec(line)?.[1] ?? [])
    for (const word of words)
      expect(
        named.filter((one) => one === word),
        word,
      ).toHaveLength(1)
  })
})

it('rally help is the same page', () => {
  expect(run(['help']).stdout).toBe(run(['--help']).stdout)
})

it('a word or a flag that there is not names the nearest one, and the hint works', () => {
  const command = run(['statsu'])
  expect(command.stderr).toContain('did you mean: rally status')
  const flag = run(['hosts', '--jsn'])
  expect([flag.status, flag.stderr]).toEqual([2, expect.stringContaining('did you mean: --json')])
  expect(flag.stderr).toContain('[USAGE]')
  const hint = /did you mean: (--[a-z-]+)/.exec(flag.stderr)?.[1] ?? ''
  expect(run(['hosts', hint]).status).toBe(0)
  expect(run(['hosts', '--nothing-like-it']).stderr).toContain('try: rally hosts --help')
})
