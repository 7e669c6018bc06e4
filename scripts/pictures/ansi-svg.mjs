// Lines with colours, as a terminal shows them, to SVG.

const CELL = { width: 8.4, height: 18, font: 14 }
const MARGIN = 14
const GROUND = '#16191f'
const USUAL = '#d7dae0'
const COLOURS = { 31: '#f0716b', 32: '#8bc97f', 33: '#e5c07b', 36: '#6cc5d6' }
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/

/** An SVG document of `lines`, `columns` by `rows` cells; `title` is what it shows, for who cannot see it. */
export function toSvg(lines, { columns, rows, title }) {
  const [width, height] = [Math.ceil(columns * CELL.width + 2 * MARGIN), rows * CELL.height + 2 * MARGIN]
  // A terminal goes on with the colours of the line before.
  let pen = {}
  const body = lines.map((line, row) => {
    const { runs, end } = runsOf(line, pen)
    pen = end
    return runs.map((run) => textOf(run, row)).join('')
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">
<rect width="${width}" height="${height}" rx="8" fill="${GROUND}"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${CELL.font}">
${body.filter(Boolean).join('\n')}
</g>
</svg>
`
}

/** Pieces of a line that look the same, with the columns they begin in. */
function runsOf(line, start) {
  const runs = []
  let [pen, column] = [{ ...start }, 0]
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
  for (const [, codes, text] of line.matchAll(/\u001b\[([\d;]*)m|([^\u001b]+)/g)) {
    if (text === undefined) {
      for (const code of codes.split(';').map(Number)) pen = turned(pen, code)
      continue
    }
    const columns = [...text].reduce((sum, character) => sum + (WIDE.test(character) ? 2 : 1), 0)
    runs.push({ text, column, columns, pen })
    column += columns
  }
  return { runs, end: pen }
}

function turned(pen, code) {
  if (code === 0) return {}
  if (code === 1) return { ...pen, bold: true }
  if (code === 2) return { ...pen, dim: true }
  if (code === 22) return { ...pen, bold: false, dim: false }
  if (code === 39) return { ...pen, colour: undefined }
  return COLOURS[code] === undefined ? pen : { ...pen, colour: COLOURS[code] }
}

function textOf({ text, column, columns, pen }, row) {
  if (text.trim() === '') return ''
  const x = (MARGIN + column * CELL.width).toFixed(1)
  const y = MARGIN + row * CELL.height + CELL.font
  const looks = `fill="${pen.colour ?? USUAL}"${pen.bold ? ' font-weight="bold"' : ''}${pen.dim ? ' opacity="0.6"' : ''}`
  // Blanks that stand in a row are one blank to who shows it; these are not.
  const length = (columns * CELL.width).toFixed(1)
  return `<text x="${x}" y="${y}" textLength="${length}" lengthAdjust="spacingAndGlyphs" ${looks}>${escaped(text).replaceAll(' ', '\u00a0')}</text>`
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
