import type { AST } from 'toml-eslint-parser'
import type { Edit, Operation, Path, SourceRange, Splice } from './document.js'
import { hasLineBreak, leadingSpace, lineEnd, lineEnding, lineStart, startsLine } from './layout.js'
import { Refused } from './refusal.js'
import { removeTomlElement } from './toml-inline.js'
import { contentAt, keyValuesOf, startsWith, type TomlSource, tablesAt, tablesOf } from './toml-source.js'
import { renderTomlElement, renderTomlInline } from './toml-text.js'

/** Turns an operation into splices of the text. Throws Refused when the path leads through something of another kind. */
export function editToml(source: TomlSource, operation: Operation): Edit {
  switch (operation.op) {
    case 'append':
      return append(source, operation.at, operation.value)
    case 'replace':
      return replace(source, operation.at, operation.value)
    case 'remove':
      return remove(source, operation.at)
    case 'set':
      return setKey(source, operation.at, operation.value)
  }
}

function append(source: TomlSource, at: readonly string[], value: unknown): Edit {
  checkKinds(source, at)
  const inline = contentAt(source, at)
  if (inline?.type === 'TOMLArray') return { splices: insertElement(source, inline, renderTomlInline(value)), gone: [] }
  return { splices: [appendBlock(source, renderTomlElement(at, asTable(value)))], gone: [] }
}

/** Everything above `at` has to be a table that headers can extend, and `at` itself an array or missing. */
function checkKinds(source: TomlSource, at: readonly string[]): void {
  let value: unknown = source.value
  for (const [depth, key] of at.entries()) {
    const path = at.slice(0, depth + 1)
    value = isTable(value) && Object.hasOwn(value, key) ? value[key] : undefined
    if (value === undefined) return
    const last = depth === at.length - 1
    const kind = Array.isArray(value) ? 'an array' : isTable(value) ? 'a table' : `a ${typeof value}`
    const wanted = last ? 'an array' : 'a table'
    if (kind !== wanted) throw surprise(source, path, `is ${kind}, not ${wanted}`)
    if (!last && contentAt(source, path) !== undefined) {
      throw surprise(source, path, 'is an inline table, which rally does not rewrite; write it as a [table]')
    }
  }
}

function surprise(source: TomlSource, path: readonly string[], what: string): Refused {
  const content =
    contentAt(source, path) ??
    tablesAt(source, path)[0] ??
    keyValuesOf(source).find((kv) => startsWith(kv.path, path))?.node
  const start = content?.loc.start
  const place = start === undefined ? {} : { line: start.line, column: start.column + 1 }
  return new Refused({ code: 'shape', message: `${JSON.stringify(path.join('.'))} ${what}`, ...place })
}

function appendBlock(source: TomlSource, lines: readonly string[]): Splice {
  const { text } = source
  const eol = lineEnding(text)
  const block = lines.join(eol)
  const end = text.length
  if (text.trim() === '') return { start: end, end, insert: block + eol }
  const ended = lineStart(text, end) === end
  return { start: end, end, insert: ended ? eol + block + eol : eol + eol + block }
}

function insertElement(source: TomlSource, array: AST.TOMLArray, element: string): Splice[] {
  const { text } = source
  const [open, close] = [array.range[0] + 1, array.range[1] - 1]
  const inner = text.slice(open, close)
  const last = array.elements.at(-1)
  if (last === undefined && !hasLineBreak(inner)) return [{ start: open, end: close, insert: element }]
  const trailing = last !== undefined && hasCommaBetween(source, last.range[1], close)
  if (!hasLineBreak(inner) && last !== undefined) {
    const lead = trailing ? ' ' : ', '
    const at = trailing ? open + inner.trimEnd().length : last.range[1]
    return [{ start: at, end: at, insert: lead + element }]
  }
  const eol = lineEnding(text)
  const outer = leadingSpace(text, array.range[0])
  const sibling = array.elements.findLast((node) => startsLine(text, node.range[0]))
  const indent = sibling ? leadingSpace(text, sibling.range[0]) : `${outer}  `
  const comment = source.program.comments.findLast(
    (one) => one.range[0] >= (last?.range[1] ?? open) && one.range[1] <= close,
  )
  const at = comment ? comment.range[1] : open + inner.trimEnd().length
  const tail = hasLineBreak(text.slice(at, close)) ? '' : eol + outer
  const comma = last !== undefined && !trailing ? [{ start: last.range[1], end: last.range[1], insert: ',' }] : []
  return [...comma, { start: at, end: at, insert: `${eol}${indent}${element}${trailing ? ',' : ''}${tail}` }]
}

function hasCommaBetween(source: TomlSource, start: number, end: number): boolean {
  return source.program.tokens.some((token) => token.range[0] >= start && token.range[1] <= end && token.value === ',')
}

function replace(source: TomlSource, at: Path, value: unknown): Edit {
  const content = contentAt(source, at)
  if (content) {
    const range = { start: content.range[0], end: content.range[1] }
    return { splices: [{ ...range, insert: renderTomlInline(value) }], gone: [range] }
  }
  const first = tablesAt(source, at)[0]
  if (first === undefined) throw missing(at)
  const taken = removeTables(source, at)
  const keys = at.slice(0, -1).filter((step): step is string => typeof step === 'string')
  const start = lineStart(source.text, first.range[0])
  const eol = lineEnding(source.text)
  const lines = renderTomlElement(keys, asTable(value)).join(eol)
  const [head, ...tail] = taken.splices
  const bare = head !== undefined && head.end === source.text.length && lineStart(source.text, head.end) !== head.end
  return {
    splices: [{ start, end: head?.end ?? start, insert: bare ? lines : lines + eol }, ...tail],
    gone: taken.gone,
  }
}

function remove(source: TomlSource, at: Path): Edit {
  const content = contentAt(source, at)
  const owner = keyValuesOf(source).find((entry) => entry.path.length === at.length && startsWith(entry.path, at))
  if (owner) return removeLines(source, [{ start: owner.node.range[0], end: owner.node.range[1] }])
  if (content) return removeTomlElement(source, content)
  const tables = removeTables(source, at)
  return tables.splices.length === 0 ? { splices: [], gone: [] } : widen(source, tables)
}

/** Headers and key-values of every table at or below `at`; comments between them stay. */
function removeTables(source: TomlSource, at: Path): Edit {
  const ranges = tablesAt(source, at).flatMap((table) => {
    const header = { start: table.range[0], end: headerEnd(source, table) }
    return [header, ...table.body.map((node) => ({ start: node.range[0], end: node.range[1] }))]
  })
  return removeLines(source, ranges)
}

function headerEnd(source: TomlSource, table: AST.TOMLTable): number {
  const after = source.program.tokens.filter((token) => token.range[0] >= table.key.range[1] && token.value === ']')
  return after[table.kind === 'array' ? 1 : 0]?.range[1] ?? table.key.range[1]
}

/** Takes the ranges away, with the whole line where nothing else stands on it; neighbours become one splice. */
function removeLines(source: TomlSource, ranges: readonly SourceRange[]): Edit {
  const { text } = source
  const splices: { start: number; end: number; insert: string }[] = []
  for (const range of ranges) {
    const end = lineEnd(text, range.end)
    const alone = startsLine(text, range.start) && text.slice(range.end, end).trim() === ''
    const next = alone ? { start: lineStart(text, range.start), end, insert: '' } : { ...range, insert: '' }
    const previous = splices.at(-1)
    if (previous && previous.end === next.start) previous.end = next.end
    else splices.push(next)
  }
  return { splices, gone: ranges }
}

/** Takes the blank line in front along, and at the end of a file without a last line break the break in front as well. */
function widen(source: TomlSource, edit: Edit): Edit {
  const { text } = source
  const splices = edit.splices.map((splice) => {
    const before = /(?:(?:^|\r\n|\n|\r)[ \t]*)(\r\n|\n|\r)$/.exec(text.slice(0, splice.start))
    let start = before ? splice.start - (before[1]?.length ?? 0) : splice.start
    const unended = splice.end === text.length && lineStart(text, splice.end) !== splice.end
    if (unended) start -= /(?:\r\n|\n|\r)?$/.exec(text.slice(0, start))?.[0].length ?? 0
    return { ...splice, start }
  })
  return { splices, gone: edit.gone }
}

/** Gives a key a value: where it stands, else in its table, else in a table of its own at the end. */
function setKey(source: TomlSource, at: readonly string[], value: unknown): Edit {
  const [key, ...rest] = at.slice(-1)
  if (key === undefined || rest.length > 0) throw missing(at)
  if (contentAt(source, at)) return replace(source, at, value)
  const holder = at.slice(0, -1)
  checkKinds(source, [...holder, '\u0000'])
  if (tablesAt(source, at).length > 0) throw surprise(source, at, 'is a table')
  const line = renderTomlInline({ [key]: value }).slice(2, -2)
  const eol = lineEnding(source.text)
  if (holder.length === 0) {
    const last = source.program.body[0].body.findLast((node) => node.type === 'TOMLKeyValue')
    if (last === undefined) return { splices: [{ start: 0, end: 0, insert: line + eol }], gone: [] }
    return { splices: [{ start: last.range[1], end: last.range[1], insert: eol + line }], gone: [] }
  }
  const table = tablesOf(source).find((one) => one.kind === 'standard' && samePath(one.resolvedKey, holder))
  if (table === undefined) {
    const header = renderTomlElement(holder, {})[0]?.slice(1, -1) ?? ''
    return { splices: [appendBlock(source, [header, line])], gone: [] }
  }
  const end = table.body.at(-1)?.range[1] ?? headerEnd(source, table)
  return { splices: [{ start: end, end, insert: eol + line }], gone: [] }
}

function samePath(a: Path, b: Path): boolean {
  return a.length === b.length && startsWith(a, b)
}

function missing(at: Path): Refused {
  return new Refused({ code: 'check-failed', message: `nothing that rally can change stands at ${at.join('.')}` })
}

function asTable(value: unknown): Readonly<Record<string, unknown>> {
  return isTable(value) ? value : {}
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}
