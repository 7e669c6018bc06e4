import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { sourceFaults } from '../scripts/check-sources.mjs'
import { undocumented } from '../scripts/doc-comments.mjs'
import { productFiles } from '../scripts/product-code.mjs'
import { sharedLines } from '../scripts/shared-lines.mjs'
import { givenUpWords } from '../scripts/words.mjs'

// The checks of the sources' text, and that each of them can fail.

const file = (name: string, text: string) => ({ package: name, path: `packages/${name}/src/x.ts`, text })
const lines = (count: number) => Array.from({ length: count }, (_, n) => `const value${n} = ${n}`).join('\n')

it('the sources hold', () => {
  expect(sourceFaults()).toEqual([])
})

it('a file that is too long is named', () => {
  const long = file('a', 'x()\n'.repeat(301))
  expect(sourceFaults([...productFiles(), long])).toEqual(['packages/a/src/x.ts has 301 lines, more than 300'])
})

it('ten lines that two packages share are named, whatever stands between them', () => {
  const comment = '  /* a comment */\n\n  // another\n'
  const other = lines(12).replaceAll('\n', `\n${comment}`)
  expect(sharedLines([file('a', `first()\n${lines(12)}`), file('b', other)])).toEqual([
    { lines: 12, a: 'packages/a/src/x.ts:2', b: 'packages/b/src/x.ts:1' },
  ])
  expect(sharedLines([file('a', lines(9)), file('b', lines(9))])).toEqual([])
  expect(sharedLines([file('a', lines(12)), { ...file('a', lines(12)), path: 'packages/a/src/y.ts' }])).toEqual([])
  const said = `// Also in packages/b/src/x.ts: it must not be imported\n${lines(12)}`
  expect(sharedLines([file('a', said), file('b', lines(12))])).toEqual([])
})

it('an export without a doc comment is named, wherever it is declared', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rally sources '))
  try {
    mkdirSync(join(folder, 'core/src'), { recursive: true })
    writeFileSync(
      join(folder, 'core/src/index.ts'),
      "export { type Bare, told as said } from './x.js'\nexport type * from './y.js'\n",
    )
    writeFileSync(
      join(folder, 'core/src/x.ts'),
      '/** Said. */\nexport function told() {}\n\nexport interface Bare {}\nexport const inner = 1\n',
    )
    writeFileSync(join(folder, 'core/src/y.ts'), '/** Said. */\n\nexport type Other = 1\nexport type Whole = 2\n')
    const { count, bare } = undocumented(folder)
    expect([count, bare.map(({ name }) => name).sort()]).toEqual([4, ['Bare', 'Whole']])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

it('a word that was given up is named with what stands in its place', () => {
  const found = givenUpWords([{ path: 'x.md', text: 'A session.\nOne participant.\n' }])
  expect(found).toEqual([{ path: 'x.md', line: 2, word: 'participant', instead: 'session' }])
})

it('the sizes in ARCHITECTURE.md are those of today', () => {
  const root = join(import.meta.dirname, '..')
  const counted = execFileSync(process.execPath, [join(root, 'scripts/count-lines.mjs'), '--json'], {
    encoding: 'utf8',
  })
  const { total, packages } = JSON.parse(counted)
  const hosts = Object.keys(packages).filter((name) => name.startsWith('host-'))
  const linesOf = (names: readonly string[]) => names.reduce((sum, name) => sum + packages[name], 0)
  const page = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8').split('## Sizes')[1] ?? ''
  const said = [...page.matchAll(/\| ([^|]+) \| ([\d,]+) (?=\|)/g)].map(([, names = '', lines = '']) => ({
    names: names === 'ten hosts' ? hosts : [...names.matchAll(/`([^`]+)`/g)].map((found) => found[1] ?? ''),
    lines: Number(lines.replaceAll(',', '')),
  }))
  expect(said.flatMap(({ names }) => names).sort()).toEqual(Object.keys(packages).sort())
  expect(hosts.length).toBe(10)
  const all = Number(/Together ([\d,]+);/.exec(page)?.[1]?.replaceAll(',', ''))
  const wrong = [...said, { names: Object.keys(packages), lines: all }].filter(
    ({ names, lines }) => Math.abs(lines - linesOf(names)) > linesOf(names) / 20,
  )
  expect([total, wrong]).toEqual([linesOf(Object.keys(packages)), []])
})
