/// <reference lib="dom" />
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChromium, launch } from '../../../test/support/browser.js'
import { World } from '../../../test/support/world.js'
import { Agents } from './support/agents.js'
import { describeBrokenRoom } from './support/broken-room.js'
import { handOver } from './support/hand-over.js'
import { poll, RoomPage } from './support/room-page.js'
import { Web } from './support/web.js'

// The page of rally web in a real browser, in a room that real hooks write to.

const chromium = findChromium()
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script> \u202Egnp.exe\u202C'

describe.skipIf(chromium === undefined)('the page', () => {
  let world: World
  let agents: Agents
  let web: Web
  let browser: Browser
  let context: BrowserContext
  let page: Page
  /** Everything that the browser asked for, and what it complained about. */
  const asked: string[] = []
  const complaints: string[] = []

  beforeAll(async () => {
    world = new World()
    agents = new Agents(world)
    web = await Web.start(world)
    browser = await launch(chromium ?? '')
    context = await browser.newContext({ viewport: { width: 1600, height: 1000 }, colorScheme: 'light' })
    page = await context.newPage()
    page.on('request', (request) => asked.push(request.url()))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
    })
    await page.goto(web.address)
    await page.getByText('No agents yet').waitFor()
  })
  afterAll(async () => {
    await browser?.close()
    await web?.stop()
    world?.remove()
  })

  const view = (name: string) => new RoomPage(page).view(name)
  const card = (name: string) => new RoomPage(page).card(name)

  it('keeps neither the address nor the secret where somebody else could read them', async () => {
    expect(page.url()).not.toContain('/open/')
    const readable = await page.evaluate(() =>
      JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }]),
    )
    expect(readable).toBe('["",{},{}]')
  })

  it('shows agents as they appear, what they edit, and where they collide', async () => {
    agents.start('claude-code', 'c1')
    agents.start('codex', 'x1')
    await card('claude-1').waitFor()
    agents.prompt('claude-code', 'c1', 'split the fs driver')
    agents.edit('claude-code', 'c1', 'src/fs.ts')
    await card('claude-1').getByText('src/fs.ts').waitFor()
    await card('claude-1').getByText('split the fs driver').waitFor()
    agents.edit('codex', 'x1', 'src/fs.ts')
    await page.getByRole('list', { name: 'Trouble' }).getByText('src/fs.ts').waitFor()
    expect(await page.locator('.verdict').textContent()).toBe('warn')
  })

  it('names the hooks that are missing', async () => {
    const missing = page.getByRole('list', { name: 'Hooks that are missing' })
    expect(await missing.textContent()).toContain('claude_code, codex')
    expect(await missing.textContent()).toContain('rally hooks install')
  })

  it('draws the timeline, and says each mark in words', async () => {
    const lanes = page.getByRole('application')
    await poll(() => new RoomPage(page).marks()).toBeGreaterThan(3)
    await lanes.focus()
    const said = []
    for (let step = 0; step < 12; step += 1) {
      await page.keyboard.press('ArrowLeft')
      said.push(await page.locator('#timeline-focus').textContent())
    }
    expect(said.join('\n')).toContain('claude-1 edited src/fs.ts')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByText('when').waitFor()
    await page.keyboard.press('Escape')
    await poll(() => page.getByRole('dialog').count()).toBe(0)
  })

  it('moves the timeline by buttons and keys', async () => {
    const marks = () => new RoomPage(page).marks()
    await page.getByRole('button', { name: '1 week', exact: true }).click()
    expect(await page.getByRole('button', { name: '1 week', exact: true }).getAttribute('aria-pressed')).toBe('true')
    await page.getByRole('application').focus()
    await page.keyboard.press('PageUp')
    await page.keyboard.press('PageUp')
    await poll(marks).toBe(0)
    await page.keyboard.press('End')
    await poll(marks).toBeGreaterThan(0)
    await page.getByRole('button', { name: '5 min', exact: true }).click()
  })

  it('a message is written, heard by an agent, acknowledged, answered; its ladder moves', async () => {
    await card('claude-1').getByRole('button', { name: /Tell/ }).click()
    await page.getByLabel('Message', { exact: true }).fill('please leave fs.ts to codex-1')
    await page.getByLabel('ask for an answer').check()
    await page.getByRole('button', { name: 'Send' }).click()
    const message = page.locator('.message').filter({ hasText: 'please leave fs.ts' })
    await message.waitFor()
    const reached = () => message.locator('.ladder .is-reached').allTextContents()
    await poll(reached).toEqual(['stored'])
    expect(agents.prompt('claude-code', 'c1', 'go on')).toContain('please leave fs.ts to codex-1')
    await poll(async () => (await reached()).length).toBe(2)
    const number = /#(\d+)/.exec((await message.textContent()) ?? '')?.[1] ?? ''
    world.rally(['reply', number, 'done', '--session-id', 'c1'])
    await poll(async () => (await reached()).length).toBe(4)
    const answer = page.locator('.message').filter({ hasText: 'done' })
    await answer.getByRole('button', { name: /Reply/ }).click()
    await page.getByLabel('Message', { exact: true }).fill('thank you')
    await page.getByRole('button', { name: 'Reply', exact: true }).first().click()
    const thread = page.locator('.thread').filter({ hasText: 'thank you' }).locator('.message')
    await poll(() => thread.count()).toBe(3)
  })

  it('a handoff is accepted, done, declined; an escalation is decided', async () => {
    await view('Room')
    handOver(world, 'x1', 'take the page over')
    const waiting = page.getByRole('list', { name: 'What waits for somebody' })
    const row = (text: string) => waiting.getByRole('listitem').filter({ hasText: text })
    await row('take the page over')
      .getByRole('button', { name: /^Accept/ })
      .click()
    await page.getByText('claimed for you: docs/handed.md').waitFor()
    expect(JSON.stringify(world.json(['handoffs']))).toContain('"accepted"')
    await row('take the page over').getByRole('button', { name: /^Done/ }).click()
    await row('take the page over').waitFor({ state: 'detached' })
    handOver(world, 'x1', 'and this one')
    await row('and this one').getByRole('textbox').fill('no time today')
    await row('and this one')
      .getByRole('button', { name: /^Decline/ })
      .click()
    await row('and this one').waitFor({ state: 'detached' })
    expect(JSON.stringify(world.json(['log']))).toContain('no time today')
    world.rally(['escalate', '--reason', 'which of two designs?', '--session-id', 'x1'])
    await row('which of two designs').getByRole('textbox').fill('the first')
    await row('which of two designs').getByRole('button', { name: 'Decide' }).click()
    await page.getByText('is decided; its asker hears it').waitFor()
    await row('which of two designs').waitFor({ state: 'detached' })
    world.rally(['release', '--session-id', 'x1'])
  })

  it('claims files for the person, and gives them back', async () => {
    await view('Files')
    await page.getByRole('rowheader', { name: 'src/fs.ts' }).waitFor()
    await page.getByLabel('Claim files for yourself').fill('docs/')
    await page.getByRole('button', { name: 'Claim', exact: true }).click()
    await page.getByRole('status').filter({ hasText: 'docs/' }).waitFor()
    expect(JSON.stringify(world.json(['claims']))).toContain('docs/')
    await page.getByRole('button', { name: 'Release all of yours' }).click()
    await page.getByText('released docs/').waitFor()
    expect(world.json(['claims'])).toMatchObject({ claims: [] })
  })

  it('shows names and texts of others as text', async () => {
    world.rally(['tell', 'all', HOSTILE, '--session-id', 'x1'])
    world.rally(['presence', '--task', HOSTILE, '--session-id', 'x1'])
    agents.edit('codex', 'x1', 'src/<b>\u202Ebold<script>.ts')
    await view('Room')
    await card('codex-1').getByText('<img src=x', { exact: false }).waitFor()
    await page.locator('.message').filter({ hasText: '<script>' }).waitFor()
    await card('codex-1').getByText('src/<b>').waitFor()
    const found = await page.evaluate(() => ({
      made: document.querySelectorAll('#page img, #page script, #page b b, .path b').length,
      title: document.title,
      turned: /[\u202A-\u202E\u2066-\u2069]/.test(document.body.textContent ?? ''),
    }))
    expect(found).toEqual({ made: 0, title: 'Rally', turned: false })
  })

  it('finds what is looked for', async () => {
    await page.getByLabel('Search').fill('GO ON')
    await poll(() => page.locator('.card').count()).toBe(1)
    await page.getByLabel('Search').fill('nobody has this')
    await page.getByText('Nobody fits the search.').waitFor()
    await page.getByLabel('Search').fill('')
  })

  it.each([
    ['light', 1600],
    ['dark', 1600],
    ['light', 360],
    ['dark', 360],
  ] as const)('has no serious fault of accessibility: %s, %i pixels', async (colorScheme, width) => {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height: 900 })
    for (const name of ['Files', 'Messages', 'Timeline', 'Room']) {
      await view(name)
      // The policy of the page lets nobody add a script: it runs as the browser's own.
      const faults = await page.evaluate(`${axe};axe.run().then(({violations}) => violations
        .filter(({impact}) => impact === 'serious' || impact === 'critical')
        .map(({id, nodes}) => id + ': ' + nodes.map(({html}) => html.slice(0, 120)).join(' ')))`)
      expect(faults, name).toEqual([])
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(wide, `${name} scrolls sideways`).toBe(0)
    }
  })

  it('is reached by the keyboard alone, everything that can be used', async () => {
    await page.setViewportSize({ width: 1600, height: 1000 })
    for (const name of ['Room', 'Files', 'Messages', 'Timeline']) {
      await view(name)
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
      const usable = await page.evaluate(() => {
        const all = [...document.querySelectorAll('button:not(:disabled), input, select, textarea, [tabindex="0"]')]
        for (const [at, one] of all.entries()) one.setAttribute('data-at', String(at))
        return all.length
      })
      const reached = new Set<string>()
      for (let step = 0; step < usable + 4; step += 1) {
        await page.keyboard.press('Tab')
        const at = await page.evaluate(() => document.activeElement?.getAttribute('data-at'))
        if (at) reached.add(at)
      }
      expect(reached.size, name).toBe(usable)
    }
  })

  it('shows who leaves, is there again after a reload, and says when the server has ended', async () => {
    await view('Room')
    agents.end('claude-code', 'c1')
    await card('claude-1').waitFor({ state: 'detached' })
    await page.reload()
    await card('codex-1').waitFor()
    await web.stop()
    await page.getByRole('alert').filter({ hasText: 'not connected; trying again' }).waitFor()
    const own = complaints.filter((text) => !text.includes('net::ERR_'))
    // The port of this server is given to another: the page is none of its pages.
    const other = new World()
    const next = await Web.start(other, { args: ['--port', String(web.port)] })
    await page.getByRole('alert').filter({ hasText: 'run rally web again' }).waitFor()
    await next.stop()
    other.remove()
    complaints.splice(0, complaints.length, ...own)
  })

  it('asked nobody but the loopback, and broke no rule of the page', () => {
    expect(asked.length).toBeGreaterThan(5)
    expect(asked.filter((url) => !url.startsWith(`${web.origin}/`) && !url.startsWith('data:'))).toEqual([])
    // The server was stopped and the network taken away on the way; whom the page asked is looked at above.
    const own = complaints.filter((text) => !text.includes('net::ERR_'))
    expect(own).toEqual([])
  })

  describeBrokenRoom(() => browser)
})
