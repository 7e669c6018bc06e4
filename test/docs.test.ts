import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { firstDifference, wordsOf } from '../scripts/pictures/same-words.mjs'

const root = join(import.meta.dirname, '..')
const pages = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\0')
  .filter(
    (path) => path !== '' && !path.includes('golden') && !path.includes('fixtures') && existsSync(join(root, path)),
  )
const read = (path: string) => readFileSync(join(root, path), 'utf8')

it('has pages', () => {
  expect(pages.length).toBeGreaterThan(20)
})

it.each(pages)('%s links to files that exist', (page) => {
  const links = [...read(page).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map((match) => match[1] ?? '')
  const files = links.filter((link) => !/^[a-z]+:/.test(link))
  const missing = files.filter((link) => !existsSync(join(root, dirname(page), link)))
  expect(missing).toEqual([])
})

/** Command lines in code blocks and code spans that begin with `rally`. */
function commandLines(page: string): string[] {
  const text = read(page)
  const lines = [...text.matchAll(/(?:^|`|\$ )rally ([a-z][a-z-]*(?: [a-z][a-z|-]*)*)/gm)]
  return lines.map((match) => match[1] ?? '')
}

it.each(pages.filter((page) => page.startsWith('docs/') || page === 'README.md'))(
  '%s names commands that exist',
  (page) => {
    const manifests = readdirSync(join(root, 'packages'))
      .map((name) => `packages/${name}/oclif.manifest.json`)
      .filter((path) => existsSync(join(root, path)))
    const ids = manifests.flatMap((path) => Object.keys(JSON.parse(read(path)).commands))
    // `rally channel KEY` is how the NATS transport describes a stream.
    const topics = new Set([...ids, 'plugins', 'help', 'autocomplete', 'hook', 'channel'].map((id) => id.split(':')[0]))
    const unknown = commandLines(page).filter((line) => !topics.has(line.split(' ')[0] ?? ''))
    expect(unknown).toEqual([])
  },
)

it('files went where the table of moves says', () => {
  const rows = [...read('docs/moves.md').matchAll(/^\| (`packages.*?) \| (.*?) \|$/gm)]
  const paths = (cell: string) => [...cell.matchAll(/`([^`*]*\/[^`*]*)`/g)].map((found) => found[1] ?? '')
  expect(rows.length).toBeGreaterThan(150)
  expect(rows.flatMap(([, before = '']) => paths(before)).filter((path) => existsSync(join(root, path)))).toEqual([])
  expect(rows.flatMap(([, , now = '']) => paths(now)).filter((path) => !existsSync(join(root, path)))).toEqual([])
})

it('the reference pages are those of this program', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/docs.mjs', '--check'], {
    cwd: root,
    encoding: 'utf8',
  })
  expect(status, stderr).toBe(0)
})

const pictures = (...args: string[]) =>
  spawnSync(process.execPath, ['scripts/pictures.mjs', ...args], { cwd: root, encoding: 'utf8' })

it('the drawings are those that are described, the floors those of the sources', () => {
  const { status, stderr } = pictures('--check', 'drawn')
  expect(status, stderr).toBe(0)
})

it('one script makes every picture, and pages show each', () => {
  const made = pictures('--list').stdout.trim().split('\n').sort()
  const kept = readdirSync(join(root, 'docs/pictures')).filter((name) => !name.endsWith('.txt'))
  expect(kept.map((name) => name.replace(/\.[a-z]+$/, '')).sort()).toEqual(made)
  const shown = pages.flatMap((page) => [...read(page).matchAll(/pictures\/([a-z-]+\.(?:svg|png))\)/g)])
  expect([...new Set(shown.map((match) => match[1]))].sort()).toEqual(kept.sort())
})

it('a picture is older when it says something else, not when it shows another time', () => {
  const kept = wordsOf('claude-1  working  3s  Refactor the fs dri…\n08:40:01  claude-3 edits a.ts\nq quit')
  const later = wordsOf('claude-1  working  12s  Refactor the fs d…\nq quit\n23:01:59  claude-3 edits a.ts')
  expect(firstDifference(kept, later)).toBeUndefined()
  expect(firstDifference(kept, [...later, 'x help'])).toBe('shown now: x help')
  expect(firstDifference([...kept, 'x help'], later)).toBe('not shown any more: x help')
  const other = wordsOf('claude-1  working  3s  Refactor the bus…\n08:40:01  claude-3 edits a.ts\nq quit')
  expect(firstDifference(kept, other)).toContain('Refactor the bus')
})

it('the figures of all pages are those of docs/figures.json', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/figures.mjs', '--check'], {
    cwd: root,
    encoding: 'utf8',
  })
  expect(status, stderr).toBe(0)
})
