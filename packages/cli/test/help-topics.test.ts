import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { EXPLAINED_CODES } from '@rally/core/rules/why/explanations'
import { afterAll, expect, it } from 'vitest'
import { World } from '../../../test/support/world.js'
import { helpTopic } from '../src/help-topic.js'
import { displayWidth } from '../src/views/text/display-width.js'

const world = new World()
afterAll(() => world.remove())
const root = join(import.meta.dirname, '..')
const page = (name: string) => readFileSync(join(root, '../../docs/reference', `${name}.md`), 'utf8')

it('-v, --version and the word version say the same', () => {
  const said = ['--version', '-v', 'version'].map((word) => world.rally([word]))
  expect(new Set(said.map(({ stdout }) => stdout)).size).toBe(1)
  for (const { status, stdout } of said)
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^@rally\/cli\/\d/) })
})

it('help explains exit codes, pages, codes of failures and of reasons; a command keeps its own help', () => {
  const help = (...words: string[]) => {
    const { status, stdout, stderr } = world.rally(['help', ...words])
    return { status, said: stdout + stderr }
  }
  expect(help('exit-codes').said).toMatch(/^4 +waited and timed out$/m)
  expect(help('configuration').said).toMatch(/^hooks\.enabled +yes/m)
  expect(help('BLOCKED').said).toMatch(
    /^BLOCKED\nsays {2}the room is blocked.*\ntry {3}run rally status.*\nexit {2}5: refused by a rule/,
  )
  expect(help('collision').said).toContain('collision: Two live sessions edit one file')
  expect(help('claim').said).toContain('USAGE')
  expect(help('hooks').said).toContain('hooks install')
  expect(help('exitcodes')).toEqual({
    status: 2,
    said: expect.stringContaining('try: did you mean: rally help exit-codes'),
  })
  expect(help('stauts')).toEqual({ status: 2, said: expect.stringContaining('try: did you mean: rally help status') })
  expect(help('inbox', 'raed')).toEqual({
    status: 2,
    said: expect.stringContaining('did you mean: rally help inbox read'),
  })
  expect(help('inbx read')).toEqual({ status: 2, said: expect.stringContaining('did you mean: rally help inbox read') })
  expect(help('tell', 'codex').said).toContain('$ rally tell WHO')
  expect(help('inbox', 'read').said).toContain('$ rally inbox read')
  expect(help('raedd')).toEqual({ status: 2, said: expect.stringContaining('try: rally --help lists the commands') })
  expect(help('\u001b[2J')).toEqual({ status: 2, said: expect.stringContaining('\\u001b[2J') })
})

it('every code has its help, in any way of writing it; no line is wider than the terminal', () => {
  const codes = [...page('errors').matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code = '']) => code)
  expect(codes).toContain('TOP_NO_TERMINAL')
  for (const code of codes)
    expect(helpTopic(root, code.toLowerCase().replaceAll('_', '-'), { columns: undefined })).toMatch(
      new RegExp(`^${code}\n.*\n(try .*\n)?exit  \\d: \\S`),
    )
  for (const code of EXPLAINED_CODES) expect(helpTopic(root, code, { columns: undefined })).toMatch(/^\S+: \S/)
  for (const columns of [40, 80, 120]) {
    const wide = ['exit-codes', 'errors', 'configuration', ...codes].flatMap((word) =>
      helpTopic(root, word, { columns })
        .split('\n')
        // What is typed as it stands is not broken.
        .filter((line) => displayWidth(line) > columns && !line.startsWith('  {')),
    )
    expect(wide).toEqual([])
  }
})

it('no text of the program sends its reader to a page that the package does not hold', () => {
  const files = execFileSync('git', ['ls-files', 'packages/*/src/*.ts'], { cwd: join(root, '../..'), encoding: 'utf8' })
  const named = files
    .split('\n')
    .filter((file) => file !== '' && !file.endsWith('.test.ts'))
    .flatMap((file) =>
      readFileSync(join(root, '../..', file), 'utf8')
        .split('\n')
        .filter((line) => !/^\s*(\*|\/)/.test(line) && /docs\/[\w/-]+\.md/.test(line))
        // An example of a file of the user's.
        .filter((line) => !line.includes('docs/status.md'))
        .map((line) => `${file}: ${line.trim()}`),
    )
  expect(named).toEqual([])
})
