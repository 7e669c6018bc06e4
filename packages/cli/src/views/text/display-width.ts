/** Characters that terminals draw two columns wide: East Asian wide forms and emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
const COLOURS = /\u001b\[[0-9;]*m/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const PARTS = /\u001b\[[0-9;]*m|./gsu

/** Columns that one line of text, cleaned but perhaps coloured, takes on a terminal. */
export function displayWidth(value: string): number {
  let width = 0
  for (const character of value.replace(COLOURS, ''))
    width += /\p{M}/u.test(character) ? 0 : WIDE.test(character) ? 2 : 1
  return width
}

/** The start of the text that fits into `columns`, with `…` in place of what is left out. */
export function cutEnd(value: string, columns: number): string {
  if (displayWidth(value) <= columns) return value
  return columns < 1 ? '' : `${fit(Array.from(value), columns - 1)}…`
}

/** Start and end of the text, with `…` between them, so that it fits into `columns`: for paths and ids, whose ends tell most. */
export function cutMiddle(value: string, columns: number): string {
  if (displayWidth(value) <= columns) return value
  if (columns < 1) return ''
  const room = columns - 1
  const points = Array.from(value)
  const head = fit(points, Math.floor(room / 3))
  const tail = fit([...points].reverse(), room - displayWidth(head))
  return `${head}…${Array.from(tail).reverse().join('')}`
}

/** The text in pieces of at most so many columns each; a character that is wider stands alone, a colour is never broken. */
export function breakEvery(value: string, columns: number): string[] {
  const pieces: string[] = []
  let piece = ''
  for (const [part] of value.matchAll(PARTS)) {
    if (piece !== '' && displayWidth(piece) + displayWidth(part) > columns) {
      pieces.push(piece)
      piece = ''
    }
    piece += part
  }
  return [...pieces, piece]
}

function fit(points: readonly string[], columns: number): string {
  let taken = ''
  let width = 0
  for (const point of points) {
    width += displayWidth(point)
    if (width > columns) break
    taken += point
  }
  return taken
}
