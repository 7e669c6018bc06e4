// How smooth the timeline of `rally web` is: node bench/timeline.mjs [--events 50000] [--frames 120]
// A room with so many records in one week, the page in a real Chromium (of the system), a step of the wheel in each frame. For each
// span and movement: marks drawn, median, 95th percentile and longest time from one frame to the next in milliseconds.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { findBrowser } from '../scripts/find-browser.mjs'
import { renderTable } from './paired.mjs'
import { makeRoom } from './rooms.mjs'

const RALLY = join(dirname(fileURLToPath(import.meta.url)), '../packages/cli/bin/rally.cjs')
// A week as the page shows it ends a little behind the present moment.
const SPREAD = 0.95 * 604_800
const { values } = parseArgs({
  options: { events: { type: 'string', default: '50000' }, frames: { type: 'string', default: '120' } },
})
const [events, frames] = [values.events, values.frames].map(Number)

const executablePath = findBrowser()
if (executablePath === undefined) {
  console.log('SKIPPED: no chromium on this machine')
  process.exit(0)
}

const now = Date.now() / 1000
const room = makeRoom({
  records: events,
  sessions: 20,
  timeOf: (revision) => new Date((now - SPREAD * (1 - revision / events)) * 1000).toISOString(),
})
const server = spawn(process.execPath, [RALLY, 'web'], {
  cwd: room.repo,
  env: room.env,
  stdio: ['ignore', 'pipe', 'inherit'],
})
const browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu'] })
try {
  const [address] = await once(createInterface({ input: server.stdout }), 'line')
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } })
  await page.goto(address)
  await page.getByRole('navigation').getByRole('button', { name: 'Timeline', exact: true }).click()
  const canvas = page.locator('canvas')
  const known = async () => Number(await canvas.getAttribute('data-events'))
  const rows = []
  for (const span of ['1 week', '1 day', '1 h']) {
    await page.getByRole('button', { name: span, exact: true }).click()
    while (span === '1 week' && (await known()) < events) await sleep(200)
    for (const movement of ['pan', 'zoom']) rows.push([span, movement, ...(await move(canvas, movement))])
  }
  console.log(`${await known()} events, ${frames} frames each`)
  console.log(renderTable(['span', 'movement', 'marks', 'median ms', '95 % ms', 'longest ms'], rows))
} finally {
  await browser.close()
  server.kill('SIGTERM')
  await once(server, 'exit')
  room.remove()
}

/** Moves to and fro, a step each frame; most marks that were drawn, and how long frames took. */
function move(canvas, movement) {
  return canvas.evaluate(
    async (element, { movement, frames }) => {
      const frame = () => new Promise((done) => requestAnimationFrame(done))
      const times = []
      let [marks, before] = [0, await frame()]
      for (let at = 0; at < frames; at += 1) {
        const step = at % 40 < 20 ? -40 : 40
        const options =
          movement === 'pan' ? { deltaX: step, deltaY: 0 } : { deltaX: 0, deltaY: step / 4, ctrlKey: true }
        element.dispatchEvent(new WheelEvent('wheel', { ...options, clientX: 800, bubbles: true, cancelable: true }))
        const time = await frame()
        times.push(time - before)
        before = time
        marks = Math.max(marks, Number(element.dataset.marks))
      }
      times.sort((a, b) => a - b)
      return [marks, times[Math.floor(times.length / 2)], times[Math.floor(times.length * 0.95)], times.at(-1)]
    },
    { movement, frames },
  )
}
