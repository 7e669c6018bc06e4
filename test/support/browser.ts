import { type Browser, chromium } from 'playwright-core'
import { findBrowser } from '../../scripts/find-browser.mjs'
import { socketFolder } from '../../scripts/socket-folder.mjs'

/** Where the system has Chromium, or undefined; in CI it has to be there unless CI said that it cannot be. */
export function findChromium(): string | undefined {
  const found = findBrowser()
  const mustBeThere = process.env.CI !== undefined && !(process.env.RALLY_LACKS ?? '').split(' ').includes('chromium')
  if (found === undefined && mustBeThere) throw new Error('chromium is missing')
  return found
}

/** Headless, and quiet: it asks nobody for anything by itself. */
export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    // It makes a socket in its folder for temporary files.
    env: { ...process.env, TMPDIR: socketFolder() },
    args: [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  })
}
