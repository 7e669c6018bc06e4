import type { Edit, Operation, Path, SourceRange, Splice } from './document.js'
import { isComment, type JsonNode, type JsonSource } from './json-source.js'
import { type JsonPlacement, renderJson } from './json-text.js'
import type { Token } from './json-token.js'
import { hasLineBreak, type Layout, leadingSpace, lineEnding, startsLine } from './layout.js'
import { type Place, placeAt, Refused } from './refusal.js'

/** Turns an operation into splices of the text. Throws Refused when the path leads through something of another kind. */
export function editJson(source: JsonSource, operation: Operation): Edit {
  switch (operation.op) {
    case 'append':
      return add(source, operation.at, [operation.value])
    case 'set':
      return setKey(source, operation.at, operation.value)
    case 'replace':
      return replace(source, mustFind(source, operation.at), operation.value)
    case 'remove':
      return remove(source, operation.at)
  }
}

/** Where the value at the path stands. */
export function placeInJson(source: JsonSource, at: Path): Place | undefined {
  const { node, missing } = locate(source, at)
  return missing === 0 ? placeAt(source.text, node.offset) : undefined
}

function setKey(source: JsonSource, at: readonly string[], value: unknown): Edit {
  const found = locate(source, at)
  return found.missing === 0 ? replace(source, found.node, value) : add(source, at, value)
}

/** Appends to the array at `at`, or creates what is missing of the path with `whole` at its end. */
function add(source: JsonSource, at: readonly string[], whole: unknown): Edit {
  const { node, missing } = locate(source, at)
  if (missing === 0) {
    if (node.type !== 'array') throw surprise(source, at, node, 'an array')
    const element = Array.isArray(whole) ? whole[0] : whole
    return { splices: insertMember(source, node, (placement) => renderJson(element, placement)), gone: [] }
  }
  const [key, ...below] = at.slice(at.length - missing)
  if (node.type !== 'object') throw surprise(source, at.slice(0, at.length - missing), node, 'an object')
  const value = below.reduceRight<unknown>((inner, name) => ({ [name]: inner }), whole)
  const member = (placement: JsonPlacement): string =>
    `${JSON.stringify(key)}:${placement.inline && !placement.spaced ? '' : ' '}${renderJson(value, placement)}`
  return { splices: insertMember(source, node, member), gone: [] }
}

/** The deepest node of the path that exists, and how many keys of the path are missing. */
function locate(source: JsonSource, at: Path): { node: JsonNode; missing: number } {
  let node = source.root
  if (node === undefined)
    throw new Refused({ code: 'invalid', message: 'it holds nothing but comments', line: 1, column: 1 })
  for (const [depth, step] of at.entries()) {
    const next: JsonNode | undefined =
      typeof step === 'number' ? node.children?.[step] : memberOf(source, node, step, at.slice(0, depth))
    if (next === undefined) return { node, missing: at.length - depth }
    node = next
  }
  return { node, missing: 0 }
}

function memberOf(source: JsonSource, node: JsonNode, key: string, at: Path): JsonNode | undefined {
  if (node.type !== 'object') throw surprise(source, at, node, 'an object')
  const found = (node.children ?? []).filter((property) => property.children?.[0]?.value === key)
  const second = found[1]
  if (second) {
    const message = `the key ${JSON.stringify(key)} stands there twice`
    throw new Refused({ code: 'shape', message, ...placeAt(source.text, second.offset) })
  }
  return found[0]?.children?.[1]
}

function mustFind(source: JsonSource, at: Path): JsonNode {
  const { node, missing } = locate(source, at)
  if (missing > 0) throw new Refused({ code: 'check-failed', message: `nothing stands at ${at.join('.')}` })
  return node
}

function surprise(source: JsonSource, at: Path, node: JsonNode, wanted: string): Refused {
  const name = at.length === 0 ? 'the file' : JSON.stringify(at.join('.'))
  const article = node.type === 'array' || node.type === 'object' ? 'an ' : node.type === 'null' ? '' : 'a '
  const message = `${name} is ${article}${node.type}, not ${wanted}`
  return new Refused({ code: 'shape', message, ...placeAt(source.text, node.offset) })
}

function replace(source: JsonSource, node: JsonNode, value: unknown): Edit {
  const range = { start: node.offset, end: node.offset + node.length }
  const parent = node.parent?.type === 'property' ? node.parent.parent : node.parent
  const inline = parent !== undefined && !hasLineBreak(textOf(source, parent))
  const placement: JsonPlacement = inline
    ? { inline: true, spaced: isSpaced(source) }
    : { inline: false, layout: layoutOf(source), indent: leadingSpace(source.text, node.offset) }
  return { splices: [{ ...range, insert: renderJson(value, placement) }], gone: [range] }
}

function insertMember(source: JsonSource, container: JsonNode, render: (placement: JsonPlacement) => string): Splice[] {
  const { text } = source
  const open = container.offset + 1
  const close = container.offset + container.length - 1
  const inside = source.tokens.filter((token) => token.start >= open && token.end <= close)
  const last = container.children?.at(-1)
  const placement = placementIn(source, container, inside.length > 0)
  const outer = leadingSpace(text, container.offset)
  const member = render(placement)
  const before = inside.at(-1)
  if (before === undefined) {
    const insert = placement.inline
      ? member
      : placement.layout.eol + placement.indent + member + placement.layout.eol + outer
    return [{ start: open, end: close, insert }]
  }
  const splices: Splice[] = []
  const end = last === undefined ? open : last.offset + last.length
  const trailing = inside.some(
    (token) => token.start >= end && text[token.start] === ',' && token.kind === 'punctuation',
  )
  if (last !== undefined && !trailing) splices.push({ start: end, end, insert: ',' })
  const lead = placement.inline ? (placement.spaced ? ' ' : '') : placement.layout.eol + placement.indent
  const tail = placement.inline || hasLineBreak(text.slice(before.end, close)) ? '' : placement.layout.eol + outer
  const comma = trailing && !placement.inline ? ',' : ''
  splices.push({ start: before.end, end: before.end, insert: lead + member + comma + tail })
  return splices
}

function placementIn(source: JsonSource, container: JsonNode, filled: boolean): JsonPlacement {
  const { text, root } = source
  const sample = filled || root === undefined ? container : root
  if ((filled || container !== root) && !hasLineBreak(textOf(source, sample))) {
    return { inline: true, spaced: isSpaced(source) }
  }
  const layout = layoutOf(source)
  const sibling = container.children?.findLast((child) => startsLine(text, child.offset))
  const indent = sibling ? leadingSpace(text, sibling.offset) : leadingSpace(text, container.offset) + layout.unit
  return { inline: false, layout, indent }
}

function layoutOf(source: JsonSource): Layout {
  const { text, root } = source
  const first = root?.children?.find((child) => startsLine(text, child.offset))
  const outer = root === undefined ? '' : leadingSpace(text, root.offset)
  const indent = first === undefined ? '' : leadingSpace(text, first.offset)
  const unit = indent.startsWith(outer) ? indent.slice(outer.length) : indent
  return { eol: lineEnding(text), unit: unit === '' ? '  ' : unit }
}

/** Whether a document on one line puts a space behind colons. */
function isSpaced(source: JsonSource): boolean {
  const colon = source.tokens.find((token) => token.kind === 'punctuation' && source.text[token.start] === ':')
  return colon === undefined || /\s/.test(source.text[colon.end] ?? ' ')
}

function textOf(source: JsonSource, node: JsonNode): string {
  return source.text.slice(node.offset, node.offset + node.length)
}

function remove(source: JsonSource, at: Path): Edit {
  const value = mustFind(source, at)
  const node = value.parent?.type === 'property' ? value.parent : value
  const container = node.parent
  if (container === undefined) throw new Refused({ code: 'check-failed', message: 'the whole file cannot be removed' })
  const range = { start: node.offset, end: node.offset + node.length }
  const open = container.offset + 1
  const close = container.offset + container.length - 1
  const others = source.tokens.filter(
    (token) => token.start >= open && token.end <= close && !(token.start >= range.start && token.end <= range.end),
  )
  const commaAfter = others.find((token) => token.start >= range.end && !isComment(token))
  const commaBefore = others.findLast((token) => token.end <= range.start && !isComment(token))
  if (container.children?.length === 1 && !others.some(isComment)) {
    return { splices: [{ start: open, end: close, insert: '' }], gone: [range] }
  }
  const comma = commaAfter ?? commaBefore
  const behind = commaAfter && source.text.slice(range.end, commaAfter.start).trim() === '' ? commaAfter.end : range.end
  const splices = [gap(source, range, behind, others)]
  if (comma) splices.push({ start: comma.start, end: comma.end, insert: '' })
  return { splices: splices.sort((a, b) => a.start - b.start), gone: [range] }
}

/** The node with the white space in front of it; a line comment in front keeps its line break. */
function gap(source: JsonSource, range: SourceRange, behind: number, others: readonly Token[]): Splice {
  const { text } = source
  const previous = others.findLast((token) => token.end <= range.start)
  let start = range.start
  while (start > 0 && /\s/.test(text[start - 1] ?? '')) start -= 1
  const lineFollows = /^[ \t]*(?:\r|\n|$)/.test(text.slice(behind))
  if (previous?.kind === 'line-comment' && !lineFollows) {
    const at = /\r\n|\n|\r/.exec(text.slice(start, range.start))
    if (at) start += at.index + at[0].length
  }
  return { start, end: range.end, insert: '' }
}
