import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const script = join(root, 'scripts/pages.mjs')
const run = (...args: string[]) => spawnSync(process.execPath, [script, ...args], { cwd: root, encoding: 'utf8' })
const pages = run('--list').stdout.trim().split('\n')

/** Blocks of commands that no page can run: what they need is written above each. */
const NOT_RUN = 28

it('knows the pages', () => {
  expect(pages).toContain('README.md')
  expect(pages).toContain('docs/tutorial/two-agents.md')
  expect(run('--list', '--left').stdout.trim().split('\n').length).toBe(NOT_RUN)
})

describe('commands and outputs are what the program does', () => {
  let faults = ''
  beforeAll(() => {
    const { stdout, stderr, status } = run('--check')
    // A fault names its page at the beginning of a line; whatever else is on stderr belongs to no page.
    expect(stdout.trim().split('\n').length, stderr).toBe(pages.length)
    expect(status, stderr).toBe(stderr === '' ? 0 : 1)
    faults = stderr
  })

  it.each(pages)('%s', (page) => {
    expect(faults.split(/\n\n(?=\S+\.md, )/).filter((fault) => fault.startsWith(`${page}, `))).toEqual([])
  })
})

describe('a page that is wrong is found', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rally-wrong-pages-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const page = join(folder, 'page.md')
  const check = (...lines: string[]) => {
    writeFileSync(page, `${lines.join('\n')}\n`)
    return run('--check', page)
  }

  it('by its output, its exit codes, and a block that nobody runs', () => {
    const { status, stderr } = check(
      ...['```console', '$ echo two', 'three', '$ echo 12:30:01 4s ago', '11:00:00 9s ago', '$ false', '```'],
      ...['', '```sh', 'exit_with() { return $1; }', 'exit_with 3', '```', '', '```text', 'seen somewhere', '```'],
    )
    expect(status).toBe(1)
    expect(stderr).toContain('echo two')
    expect(stderr).toContain('false: exit 1, the page says 0')
    expect(stderr).toContain('exit_with 3: exit 3')
    expect(stderr).toContain('neither run nor marked')
    expect(stderr).not.toContain('echo 12:30:01')
  })

  it('and its outputs are written, where it is not checked', () => {
    check('```console', '$ echo two', '```', '', 'after')
    expect(run(page).status).toBe(0)
    expect(readFileSync(page, 'utf8')).toBe('```console\n$ echo two\ntwo\n```\n\nafter\n')
    expect(run('--check', page).status).toBe(0)
  })
})
