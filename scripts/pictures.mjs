// Makes every picture of README and docs: node scripts/pictures.mjs [--check] [--list] [NAME…]
//   top, page   a terminal and a browser, in a room that real processes play (need tmux, chromium)
//   the others  drawings: the floors from the sources, the rest from scripts/pictures/drawings.mjs; `drawn` names them all
//   --check     writes nothing, and fails where a picture is older than what it shows; times and ages do not count
//   --list      the names
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findBrowser } from './find-browser.mjs'
import { drawBoxes } from './pictures/draw-boxes.mjs'
import { drawFloors } from './pictures/draw-floors.mjs'
import { DRAWINGS } from './pictures/drawings.mjs'
import { photographPage } from './pictures/page.mjs'
import { playRoom } from './pictures/room.mjs'
import { firstDifference, wordsOf } from './pictures/same-words.mjs'
import { photographTop } from './pictures/terminal.mjs'
import { makeReady, root } from './ready.mjs'

const PHOTOGRAPHS = { top: takeTop, page: takePage }
const DRAWN = {
  floors: drawFloors,
  ...Object.fromEntries(Object.entries(DRAWINGS).map(([name, drawing]) => [name, () => drawBoxes(drawing)])),
}
const NAMES = [...Object.keys(PHOTOGRAPHS), ...Object.keys(DRAWN)]

const words = process.argv.slice(2)
const check = words.includes('--check')
const given = words.filter((word) => !word.startsWith('--'))
const wanted = given.length > 0 ? given.flatMap((name) => (name === 'drawn' ? Object.keys(DRAWN) : [name])) : NAMES
for (const name of wanted) if (!NAMES.includes(name)) throw new Error(`there is no picture named ${name}`)

if (words.includes('--list')) process.stdout.write(`${NAMES.join('\n')}\n`)
else {
  for (const name of wanted.filter((name) => Object.hasOwn(DRAWN, name))) keepDrawing(name, DRAWN[name]())
  await photograph(wanted.filter((name) => Object.hasOwn(PHOTOGRAPHS, name)))
}

async function photograph(names) {
  if (names.length === 0) return
  makeReady()
  const room = playRoom()
  try {
    for (const name of names) await PHOTOGRAPHS[name](room)
  } finally {
    room.close()
  }
}

async function takeTop(room) {
  const svg = await photographTop(room)
  const file = 'docs/pictures/top.svg'
  if (mayKeep('top', file, textOf(svg), textOf(read(file)), ['warn', 'claude-1', 'timeline', 'q quit']))
    write(file, svg)
}

/** What the page says, and the mark of its styles, stand in a file beside the picture: they cannot be read out of it. */
async function takePage(room) {
  const browser = findBrowser()
  if (browser === undefined) throw new Error('the picture of the page needs chromium')
  const { image, text: said } = await photographPage(room, browser)
  const text = `${said}\nstyles ${markOf('packages/board/src/page/style')}`
  const beside = 'docs/pictures/page.txt'
  const shown = ['warn', 'claude-1', 'Timeline', 'src/drivers/fs.ts', 'docs/**']
  if (!mayKeep('page', 'docs/pictures/page.png', text, read(beside), shown)) return
  write('docs/pictures/page.png', image)
  write(beside, `${wordsOf(text).join('\n')}\n`)
}

function markOf(folder) {
  const hash = createHash('sha256')
  for (const name of readdirSync(join(root, folder)).sort()) hash.update(readFileSync(join(root, folder, name)))
  return hash.digest('hex').slice(0, 16)
}

/** The words of an SVG, one line for each row of the terminal. */
function textOf(svg) {
  const rows = new Map()
  for (const [, y, text] of svg.matchAll(/<text x="[^"]*" y="([^"]*)"[^>]*>([^<]*)/g))
    rows.set(y, `${rows.get(y) ?? ''} ${text.replaceAll('\u00a0', ' ')}`)
  return [...rows.values()].join('\n')
}

/** Whether a photograph is to be written. Throws where it does not show what it is there to show. */
function mayKeep(name, file, made, kept, shown) {
  const missing = shown.filter((word) => !made.includes(word))
  if (missing.length > 0) throw new Error(`${file} does not show ${missing.join(', ')}:\n${made.slice(0, 2000)}`)
  if (!check) return true
  const difference = firstDifference(wordsOf(kept), wordsOf(made))
  if (difference !== undefined) complain(name, file, `: ${difference}`)
  return false
}

function keepDrawing(name, picture) {
  const file = `docs/pictures/${name}.svg`
  if (!check) write(file, picture)
  else if (read(file) !== picture) complain(name, file, '')
}

function complain(name, file, why) {
  process.stderr.write(`${file} is older than what it shows${why}\nnode scripts/pictures.mjs ${name}\n`)
  process.exitCode = 1
}

function read(file) {
  return existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : ''
}

function write(file, content) {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), content)
}
