// Parts of pages that are made by programs: what stands between `<!-- begin NAME -->` and `<!-- end NAME -->`.

const row = (cells) => `| ${cells.join(' | ')} |`

/** A table in Markdown. */
export const table = (head, rows) => [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')

function placeOf(text, name) {
  const begin = `<!-- begin ${name} -->`
  const from = text.indexOf(begin)
  const to = text.indexOf(`<!-- end ${name} -->`)
  return from < 0 || to < from ? undefined : { from: from + begin.length, to }
}

/** The page with that section replaced; a page that has no such place is refused. */
export function fillSection(text, name, content) {
  const place = placeOf(text, name)
  if (!place) throw new Error(`the page has no section ${name}`)
  return `${text.slice(0, place.from)}\n\n${content}\n\n${text.slice(place.to)}`
}

export const hasSection = (text, name) => placeOf(text, name) !== undefined

/** What stands in the section now. */
export function readSection(text, name) {
  const place = placeOf(text, name)
  return place ? text.slice(place.from, place.to).trim() : undefined
}
