// Boxes with arrows between them, for the explanation pages.

const CELL = { width: 250, height: 104 }
const BOX = { width: 176, height: 64 }
const MARGIN = 8
const LINE = 15

const left = ([column]) => MARGIN + column * CELL.width
const top = ([, row]) => MARGIN + row * CELL.height
const middle = (at) => [left(at) + BOX.width / 2, top(at) + BOX.height / 2]

function box({ at, title, lines = [], kind = 'plain' }) {
  const [x, y] = middle(at)
  const first = y - ((lines.length + 1) * LINE) / 2 + 11
  const texts = [title, ...lines].map(
    (text, index) => `
  <text x="${x}" y="${first + index * LINE}" class="${index === 0 ? 'title' : 'line'}">${text}</text>`,
  )
  return `
  <rect x="${left(at)}" y="${top(at)}" width="${BOX.width}" height="${BOX.height}" rx="5" class="${kind}"/>${texts.join('')}`
}

/** Where a line from the middle of a box to another point leaves it. */
function border(at, [toX, toY]) {
  const [x, y] = middle(at)
  const [dx, dy] = [toX - x, toY - y]
  const share = Math.min(BOX.width / 2 / Math.abs(dx || 0.001), BOX.height / 2 / Math.abs(dy || 0.001))
  return [x + dx * share, y + dy * share].map((number) => Math.round(number))
}

function arrow([from, to, label = ''], boxes) {
  const [a, b] = [boxes[from].at, boxes[to].at]
  const [start, end] = [border(a, middle(b)), border(b, middle(a))]
  const [x, y] = [(start[0] + end[0]) / 2, (start[1] + end[1]) / 2]
  // Beside an arrow that goes down, above one that goes across.
  const isSteep = start[0] === end[0]
  const place = isSteep ? `x="${x + 6}" y="${y + 4}" class="beside"` : `x="${x}" y="${y - 5}" class="label"`
  return `
  <path d="M${start.join(' ')} L${end.join(' ')}" class="arrow"/>${label === '' ? '' : `<text ${place}>${label}</text>`}`
}

/** SVG of one of the drawings of `drawings.mjs`. */
export function drawBoxes({ about, boxes, arrows }) {
  const cells = Object.values(boxes).map(({ at }) => at)
  const width = left([Math.max(...cells.map(([column]) => column)), 0]) + BOX.width + MARGIN
  const height = top([0, Math.max(...cells.map(([, row]) => row))]) + BOX.height + MARGIN
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${about}">
  <style>
    text { font: 11px sans-serif; fill: #222; text-anchor: middle } .title { font-weight: bold } .line { fill: #444 }
    .label, .beside { fill: #56657c; font-size: 10px } .beside { text-anchor: start }
    .paper { fill: #fff } .plain { fill: #f7f7f5; stroke: #555 } .good { fill: #e9f3ea; stroke: #4d8055 } .bad { fill: #f8ebe8; stroke: #a4574a }
    .arrow { stroke: #7a8aa0; fill: none; marker-end: url(#head) }
  </style>
  <defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 L8 4 L0 8 z" fill="#7a8aa0"/></marker></defs>
  <rect width="${width}" height="${height}" class="paper"/>${arrows.map((one) => arrow(one, boxes)).join('')}${Object.values(boxes).map(box).join('')}
</svg>
`
}
