import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { World } from '../../../../test/support/world.js'
import { Agents } from './agents.js'
import { cuttable } from './cuttable.js'
import { Relays } from './relays.js'
import { poll, RoomPage } from './room-page.js'
import { SickDisk } from './sick-disk.js'
import { Web } from './web.js'

/** The page where its room is not to be read, not only of this machine, not to be reached; in a browser that runs. */
export function describeBrokenRoom(browser: () => Browser): void {
  describe('of a room', () => {
    let here: World
    let there: World
    let disk: SickDisk
    let web: Web
    let context: BrowserContext
    let page: Page
    let room: RoomPage
    const alert = () => page.getByRole('alert')
    beforeAll(async () => {
      here = new World()
      there = new World()
      disk = new SickDisk(here, cuttable(here))
      new Agents(here).start('claude-code', 'c1')
      disk.fail()
      web = await Web.start(here, { env: disk.env })
      context = await browser().newContext()
      page = await context.newPage()
      room = new RoomPage(page)
      await page.goto(web.address)
    })
    afterAll(async () => {
      await context?.close()
      await web?.stop('SIGTERM')
      here?.remove()
      there?.remove()
    })

    it('that cannot be read says why, at the first look and later, and goes on trying', async () => {
      await alert()
        .filter({ hasText: /^The room cannot be read: .*EIO.* Trying again\.$/ })
        .waitFor()
      disk.heal()
      await room.card('claude-1').waitFor()
      expect(await alert().count()).toBe(0)
      disk.fail()
      await alert().filter({ hasText: 'what you see is from before' }).waitFor()
      await room.view('Files')
      expect(await alert().textContent()).toContain('EIO')
      disk.heal()
      await alert().waitFor({ state: 'detached' })
      await room.view('Room')
    })

    it('that is relayed says on which machine each agent is, and which hooks of this machine are missing', async () => {
      const relays = await Relays.between({ 'desk-00000001': here, 'laptop-1a2b3c4d': there })
      const away = new Agents(there)
      away.start('codex', 'x1')
      away.edit('codex', 'x1', 'src/far.ts')
      there.rally(['tell', 'all', 'hello from far away', '--session-id', 'x1'])
      await relays.carry()
      await room.card('codex-1').getByText('on laptop', { exact: true }).waitFor()
      await room.card('codex-1').getByText('src/far.ts').waitFor()
      expect(await room.card('claude-1').locator('.where').textContent()).toMatch(/ on \S/)
      await page.locator('.message').filter({ hasText: 'hello from far away' }).getByText('laptop-1a2b3c4d').waitFor()
      const missing = await page.getByRole('list', { name: 'Hooks that are missing' }).textContent()
      expect(missing).toMatch(/Hooks not installed on this machine: .*claude_code.*1 of whose sessions is here/)
    })

    it('that cannot be reached says so, comes back by itself, and shows what happened meanwhile once', async () => {
      const told = (words: string) => here.rally(['tell', 'all', words, '--session-id', 'c1'])
      const messages = (words: string) => page.locator('.message').filter({ hasText: words }).count()
      told('before the cut')
      await poll(() => messages('before the cut')).toBe(1)
      web.child.kill('SIGUSR2')
      await alert().filter({ hasText: 'What you see is from before: not connected; trying again' }).waitFor()
      told('while it was away')
      new Agents(here).edit('claude-code', 'c1', 'src/meanwhile.ts')
      // It has tried in vain, and says the same.
      await page.waitForEvent('requestfailed')
      expect(await messages('while it was away')).toBe(0)
      expect(await alert().count()).toBe(1)
      web.child.kill('SIGUSR2')
      await alert().waitFor({ state: 'detached' })
      await page.getByText('live', { exact: true }).waitFor()
      await poll(() => messages('while it was away')).toBe(1)
      await room.card('claude-1').getByText('src/meanwhile.ts').waitFor()
      told('after it came back')
      await poll(() => messages('after it came back')).toBe(1)
      expect([await messages('before the cut'), await messages('while it was away')]).toEqual([1, 1])
      // A page that never was away knows as many events.
      const fresh = new RoomPage(await context.newPage())
      await fresh.page.goto(page.url())
      await poll(() => fresh.events()).toBeGreaterThan(5)
      await poll(async () => (await room.events()) - (await fresh.events())).toBe(0)
      await fresh.page.close()
    })
  })
}
