// Makes the pictures of README and docs from a room that real processes play: node scripts/pictures.mjs [--check] [top] [page]
// With --check they are made and looked at, and nothing is written: they show times, so no two are the same.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findBrowser } from './find-browser.mjs'
import { photographPage } from './pictures/page.mjs'
import { playRoom } from './pictures/room.mjs'
import { photographTop } from './pictures/terminal.mjs'
import { makeReady, root } from './ready.mjs'

const PICTURES = { top: takeTop, page: takePage }

makeReady()
const words = process.argv.slice(2)
const check = words.includes('--check')
const wanted = words.filter((word) => word !== '--check')
for (const name of wanted) if (!Object.hasOwn(PICTURES, name)) throw new Error(`there is no picture named ${name}`)
const room = playRoom()
try {
  for (const name of wanted.length > 0 ? wanted : Object.keys(PICTURES)) await PICTURES[name]()
} finally {
  room.close()
}

async function takeTop() {
  const svg = await photographTop(room)
  keep('docs/pictures/top.svg', svg, svg.replaceAll('\u00a0', ' '), ['warn', 'claude-1', 'timeline', 'q quit'])
}

async function takePage() {
  const browser = findBrowser()
  if (browser === undefined) throw new Error('the picture of the page needs chromium')
  const { image, text } = await photographPage(room, browser)
  keep('docs/pictures/page.png', image, text, ['warn', 'claude-1', 'Timeline', 'src/drivers/fs.ts', 'docs/**'])
}

/** Throws where a picture does not show what it is there to show. */
function keep(path, picture, text, shown) {
  const missing = shown.filter((word) => !text.includes(word))
  if (missing.length > 0) throw new Error(`${path} does not show ${missing.join(', ')}:\n${text.slice(0, 2000)}`)
  if (check) return
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), picture)
}
