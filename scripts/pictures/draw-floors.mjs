// The floors of the house, from its sources, type imports included.
import { arrows, FLOORS, floorOf, readModules } from '../structure.mjs'

const BOX = { width: 122, height: 30, gap: 12, perRow: 6 }
const LEFT = 150
const WIDTH = LEFT + BOX.perRow * (BOX.width + BOX.gap) + 8
const ROW = BOX.height + BOX.gap
const PADDING = 22

/** Every package with its place: floor 3 on top, a long floor in several rows. */
function place(names) {
  const floors = FLOORS.map(({ title, about }, floor) => ({
    title,
    about,
    names: names.filter((name) => floorOf(name) === floor).sort(),
  }))
  const boxes = new Map()
  const bands = []
  let y = 8
  for (const { title, about, names: here } of floors.reverse()) {
    const rows = Math.max(1, Math.ceil(here.length / BOX.perRow))
    const height = rows * ROW - BOX.gap + 2 * PADDING
    bands.push({ title, about, y, height })
    here.forEach((name, index) => {
      const x = LEFT + (index % BOX.perRow) * (BOX.width + BOX.gap)
      boxes.set(name, { x, y: y + PADDING + Math.floor(index / BOX.perRow) * ROW })
    })
    y += height + 6
  }
  return { boxes, bands, height: y + 2 }
}

const band = ({ title, about, y, height }) => `
  <rect x="4" y="${y}" width="${WIDTH - 8}" height="${height}" rx="6" class="floor"/>
  <text x="14" y="${y + 24}" class="title">${title}</text>
  <text x="14" y="${y + 40}" class="about">${about}</text>`

const box = ([name, { x, y }]) => `
  <rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="4" class="room"/>
  <text x="${x + BOX.width / 2}" y="${y + 19}" class="name">${name}</text>`

/** From the foot of one package to the head of another. */
function arrow({ from, to }, boxes) {
  const [a, b] = [boxes.get(from), boxes.get(to)]
  const inside = floorOf(from) === floorOf(to)
  const start = inside ? [a.x, a.y + BOX.height / 2] : [a.x + BOX.width / 2, a.y + BOX.height]
  const end = inside ? [b.x + BOX.width, b.y + BOX.height / 2] : [b.x + BOX.width / 2, b.y]
  const title = `${from} imports ${to}`
  return `
  <path d="M${start.join(' ')} L${end.join(' ')}" class="arrow"><title>${title}</title></path>`
}

/** SVG: every package by its floor, and which imports which. */
export function drawFloors() {
  const modules = readModules()
  const names = [...new Set([...modules.values()].map((module) => module.package))]
  const { boxes, bands, height } = place(names)
  // How many imports an arrow stands for changes with every commit; that there is one does not.
  const lines = arrows(modules)
    .packages.map(({ from, to }) => ({ from, to }))
    .sort((a, b) => (`${a.from} ${a.to}` < `${b.from} ${b.to}` ? -1 : 1))
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="Packages by floor, and which imports which">
  <style>
    text { font: 12px sans-serif; fill: #222 } .title { font-weight: bold } .about { fill: #666; font-size: 10px } .name { text-anchor: middle }
    .floor { fill: #f4f4f2; stroke: #ccc } .room { fill: #fff; stroke: #555 } .arrow { stroke: #7a8aa0; stroke-width: 0.8; fill: none; marker-end: url(#head) }
  </style>
  <defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="6" markerHeight="6" orient="auto"><path d="M0 0 L8 4 L0 8 z" fill="#7a8aa0"/></marker></defs>${bands.map(band).join('')}${lines.map((line) => arrow(line, boxes)).join('')}${[...boxes].map(box).join('')}
</svg>
`
}
