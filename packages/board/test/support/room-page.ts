import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

/** The machine may be busy: what is waited for comes, or never. */
export const poll = <Value>(ask: () => Promise<Value>) => expect.poll(ask, { timeout: 60_000 })

/** The page of a room as somebody uses it. */
export class RoomPage {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  view(name: string): Promise<void> {
    return this.page.getByRole('navigation').getByRole('button', { name, exact: true }).click()
  }

  card(name: string): Locator {
    const heading = this.page.getByRole('heading', { name, level: 3, exact: true })
    return this.page.getByRole('listitem').filter({ has: heading })
  }

  /** Marks of the timeline that are drawn now. */
  async marks(): Promise<number> {
    return Number(await this.page.locator('canvas').getAttribute('data-marks'))
  }

  /** Events that the timeline knows, wherever it stands. */
  async events(): Promise<number> {
    return Number(await this.page.locator('canvas').getAttribute('data-events'))
  }
}
