// Places of product code in different packages that share ten lines or more. What belongs together stands once; where it cannot
// (a plugin must not import what it repeats), a comment above both says why: `// Also in packages/…: <why>`.
import { productFiles } from './product-code.mjs'

const MANY = 10

/** Lines that count, folded, with their numbers: no blank ones, no imports, no comments, no lone punctuation. */
function countedLines(text) {
  const withoutComments = text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ''))
    .replace(/^(import|export)\b[^'"`;()]*?\bfrom\s*['"][^'"]+['"];?$/gm, (line) => line.replace(/[^\n]/g, ''))
  return withoutComments
    .split('\n')
    .map((line, index) => ({ line: line.trim().replace(/\s+/g, ' '), number: index + 1 }))
    .filter(({ line }) => /\w/.test(line) && !line.startsWith('//') && !line.startsWith('import '))
}

/**
 * `[{lines, a: 'path:line', b: 'path:line'}]` of `files` as `productFiles` answers them: each pair of files of two packages once,
 * with its longest run, unless one of them says `// Also in <the other>: …`.
 */
export function sharedLines(files = productFiles(), many = MANY) {
  const read = files.map((file) => ({ ...file, lines: countedLines(file.text) }))
  const places = new Map()
  for (const file of read)
    for (let at = 0; at + many <= file.lines.length; at += 1) {
      const key = file.lines
        .slice(at, at + many)
        .map(({ line }) => line)
        .join('\n')
      places.set(key, [...(places.get(key) ?? []), { file, at }])
    }
  const found = new Map()
  for (const same of places.values())
    for (const [index, a] of same.entries())
      for (const b of same.slice(index + 1)) {
        if (a.file.package === b.file.package || isExplained(a.file, b.file)) continue
        const lines = runLength(a, b)
        const pair = `${a.file.path} ${b.file.path}`
        if ((found.get(pair)?.lines ?? 0) >= lines) continue
        found.set(pair, { lines, a: where(a), b: where(b) })
      }
  return [...found.values()]
}

function runLength(a, b) {
  let length = 0
  while (a.file.lines[a.at + length] && a.file.lines[a.at + length].line === b.file.lines[b.at + length]?.line)
    length += 1
  return length
}

const where = ({ file, at }) => `${file.path}:${file.lines[at].number}`
const isExplained = (a, b) =>
  [
    [a, b.path],
    [b, a.path],
  ].some(([file, other]) => file.text.includes(`Also in ${other}: `))
