import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChromium, launch } from './support/browser.js'

// The site that is made of the documentation: every link leads somewhere, the search finds, a browser shows it without complaint.

const root = join(import.meta.dirname, '..')
let folder: string
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'rally site ')))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function build(...args: string[]) {
  const env = { PATH: process.env.PATH, HOME: folder }
  return spawnSync(process.execPath, [join(root, 'scripts/site.mjs'), ...args], { env, encoding: 'utf8' })
}

describe('the site', () => {
  let site: string
  const pages = () =>
    readdirSync(site, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.html'))
  beforeAll(() => {
    site = join(folder, 'site')
    const { status, stderr } = build(site)
    expect([status, stderr]).toEqual([0, ''])
  })

  it('has every page of the documentation, and every link and picture leads to a file with that place', () => {
    const sources = readdirSync(join(root, 'docs'), { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.md'))
    expect(pages().length).toBeGreaterThan(sources.length)
    let links = 0
    for (const name of pages()) {
      const html = readFileSync(join(site, name), 'utf8')
      for (const [, href = ''] of html.matchAll(/(?:href|src)="([^"]*)"/g)) {
        if (/^(https?:|data:)/.test(href)) continue
        links++
        const [file = '', place] = href.split('#')
        const target = file === '' ? join(site, name) : join(site, name, '..', decodeURI(file))
        expect([name, href, existsSync(target)]).toEqual([name, href, true])
        if (place && target.endsWith('.html'))
          expect([name, href, readFileSync(target, 'utf8').includes(`id="${place}"`)]).toEqual([name, href, true])
      }
    }
    expect(links).toBeGreaterThan(500)
  })

  it('asks nobody: no address of another place but in links', () => {
    for (const name of [...pages(), 'search.js', 'site.css']) {
      const text = readFileSync(join(site, name), 'utf8')
      expect([name, text.match(/(?:src="|url\(|@import |fetch\(|<link [^>]*href=")https?:[^"]*/g)]).toEqual([
        name,
        null,
      ])
    }
  })

  const chromium = findChromium()
  it.skipIf(chromium === undefined)('is read and searched in a browser, on a narrow screen, too', async () => {
    const browser = await launch(chromium ?? '')
    try {
      const page = await browser.newPage({ viewport: { width: 360, height: 800 } })
      const complaints: string[] = []
      const asked: string[] = []
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
      page.on('request', (request) => asked.push(request.url()))
      for (const name of ['index.html', 'reference/commands.html', 'reference/errors.html']) {
        await page.goto(pathToFileURL(join(site, name)).href)
        const wide = await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')
        expect([name, wide]).toEqual([name, false])
      }
      await page.goto(pathToFileURL(join(site, 'index.html')).href)
      await page.keyboard.press('/')
      await page.keyboard.type('BOUNDARY_VIOLATED')
      const first = page.locator('#results a').first()
      expect(await first.textContent()).toContain('Errors')
      await first.click()
      await page.waitForURL(/reference\/errors\.html#errors$/)
      expect(await page.locator('main').textContent()).toContain('BOUNDARY_VIOLATED')
      await page.locator('#search').fill('no such word anywhere zzz')
      expect(await page.locator('#results').textContent()).toBe('nothing found')
      expect(complaints).toEqual([])
      expect(asked.filter((url) => !/^(file|data):/.test(url))).toEqual([])
    } finally {
      await browser.close()
    }
  })
})

it('a link that leads nowhere fails, and is named', () => {
  const repo = join(folder, 'repo')
  mkdirSync(join(repo, 'docs'), { recursive: true })
  writeFileSync(
    join(repo, 'docs/README.md'),
    '# A\n\n[b](b.md) [c](c.md#two-words) [gone](gone.md) [none](c.md#none) [up](../../etc/passwd) ![i](i.svg)\n',
  )
  writeFileSync(join(repo, 'docs/b.md'), '# B\n\n[here](#b)\n')
  writeFileSync(join(repo, 'docs/c.md'), '# C\n\n## Two `words`\n')
  const { status, stderr } = build(join(folder, 'never'), '--repo', repo)
  expect(status).toBe(1)
  expect(stderr.trim().split('\n')).toEqual([
    'docs/README.md: gone.md leads to no file',
    'docs/README.md: c.md#none: docs/c.md has no heading #none',
    'docs/README.md: ../../etc/passwd leads to no file',
    'docs/README.md: i.svg leads to no file',
    '4 dead links',
  ])
  expect(existsSync(join(folder, 'never'))).toBe(false)
})
