// The page of `rally web` in a real browser, as a picture.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { hostname, userInfo } from 'node:os'
import { createInterface } from 'node:readline'
import { chromium } from 'playwright-core'
import { socketFolder } from '../socket-folder.mjs'

const SIZE = { width: 1280, height: 960 }
const LONGEST_MS = 60_000

/** `{image, text}`: the page with the room on it, as PNG, and what can be read on it. Throws where the room never shows. */
export async function photographPage({ repo, env, rally }, executablePath) {
  const [program, ...words] = rally
  const server = spawn(program, [...words, 'web'], { cwd: repo, env, stdio: ['ignore', 'pipe', 'inherit'] })
  const browser = await chromium.launch({
    ...{ executablePath, args: ['--no-sandbox', '--disable-gpu'] },
    // It makes a socket in its folder for temporary files.
    env: { ...process.env, TMPDIR: socketFolder() },
  })
  try {
    const { value: address } = await createInterface({ input: server.stdout })[Symbol.asyncIterator]().next()
    const page = await browser.newPage({ viewport: SIZE, colorScheme: 'light' })
    page.setDefaultTimeout(LONGEST_MS)
    await page.goto(address)
    for (const name of ['claude-1', 'claude-2', 'claude-3', 'claude-4'])
      await page.getByRole('heading', { name, level: 3 }).waitFor()
    await page.waitForFunction(() => Number(document.querySelector('canvas')?.dataset.marks ?? 0) > 3)
    const inside = { [repo]: '~/shop', [hostname().split('.')[0]]: 'laptop' }
    await page.evaluate(neutral, { inside, whole: { [userInfo().username]: 'ann' } })
    return { image: await page.screenshot({ animations: 'disabled' }), text: await page.innerText('body') }
  } finally {
    await browser.close()
    server.kill()
    // It still writes into the room while it leaves, and the room is removed next.
    if (server.exitCode === null && server.signalCode === null) await once(server, 'exit')
  }
}

/** Runs in the page: puts other words for what is this machine's own, inside of texts and where they are the whole text. */
function neutral({ inside, whole }) {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    let words = whole[node.data] ?? node.data
    for (const [own, other] of Object.entries(inside)) words = words.replaceAll(own, other)
    if (words !== node.data) node.data = words
  }
}
