import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'

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

it('the reference pages are those of this program', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/docs.mjs', '--check'], {
    cwd: root,
    encoding: 'utf8',
  })
  expect(status, stderr).toBe(0)
})

it('the picture of the floors is that of the sources', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/floors.mjs', '--check'], {
    cwd: root,
    encoding: 'utf8',
  })
  expect(status, stderr).toBe(0)
})

it('the drawings are those that are described', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/drawings.mjs', '--check'], {
    cwd: root,
    encoding: 'utf8',
  })
  expect(status, stderr).toBe(0)
})

it('the figures of all pages are those of docs/figures.json', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/figures.mjs', '--check'], {
    cwd: root,
    encoding: 'utf8',
  })
  expect(status, stderr).toBe(0)
})
