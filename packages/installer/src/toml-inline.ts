import type { AST } from 'toml-eslint-parser'
import type { Edit } from './document.js'
import { Refused } from './refusal.js'
import type { TomlSource } from './toml-source.js'

/** Takes an element out of an array that is written out, with the comma that belongs to it. */
export function removeTomlElement(source: TomlSource, node: AST.TOMLContentNode): Edit {
  const array = node.parent
  if (array?.type !== 'TOMLArray') {
    throw new Refused({
      code: 'shape',
      message: 'it is part of an inline table',
      line: node.loc.start.line,
      column: node.loc.start.column + 1,
    })
  }
  const { text } = source
  const range = { start: node.range[0], end: node.range[1] }
  const [open, close] = [array.range[0] + 1, array.range[1] - 1]
  const commented = source.program.comments.some((comment) => comment.range[0] >= open && comment.range[1] <= close)
  if (array.elements.length === 1 && !commented)
    return { splices: [{ start: open, end: close, insert: '' }], gone: [range] }
  const commas = source.program.tokens.filter((token) => token.value === ',' && token.type === 'Punctuator')
  const index = array.elements.indexOf(node)
  const next = array.elements[index + 1]
  const previous = array.elements[index - 1]
  const after = commas.find((comma) => comma.range[0] >= range.end && comma.range[1] <= (next?.range[0] ?? close))
  const before = commas.findLast(
    (comma) => comma.range[1] <= range.start && comma.range[0] >= (previous?.range[1] ?? open),
  )
  const comma = after ?? before
  let start = range.start
  const comment = source.program.comments.findLast((one) => one.range[1] <= range.start && one.range[0] >= open)
  const behind = after && text.slice(range.end, after.range[0]).trim() === '' ? after.range[1] : range.end
  const lineFollows = /^[ \t]*(?:\r|\n)/.test(text.slice(behind))
  // A comment swallows the rest of its line: keep its line break unless another one follows.
  const keep = comment === undefined ? open : lineFollows ? comment.range[1] : lineBreakAfter(text, comment.range[1])
  const floor = Math.max(open, keep)
  while (start > floor && /\s/.test(text[start - 1] ?? '')) start -= 1
  const splices = [{ start, end: range.end, insert: '' }]
  if (comma) splices.push({ start: comma.range[0], end: comma.range[1], insert: '' })
  return { splices: splices.sort((a, b) => a.start - b.start), gone: [range] }
}

function lineBreakAfter(text: string, offset: number): number {
  const found = /\r\n|\n|\r/.exec(text.slice(offset))
  return found ? offset + found.index + found[0].length : offset
}
