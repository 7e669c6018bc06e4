import { type AST, getStaticTOMLValue, ParseError, parseTOML } from 'toml-eslint-parser'
import type { Path } from './document.js'
import { Refused } from './refusal.js'

export interface TomlSource {
  readonly text: string
  readonly program: AST.TOMLProgram
  readonly value: unknown
}

/** Reads TOML. Throws Refused with line and column. */
export function readToml(text: string): TomlSource {
  try {
    const program = parseTOML(text)
    return { text, program, value: getStaticTOMLValue(program) }
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    const place = { line: error.lineNumber, column: error.column + 1 }
    const reason = error.message.replace(/\s*\(\d+:\d+\)$/, '')
    throw new Refused({ code: 'invalid', message: `it is not legal TOML: ${lowerFirst(reason)}`, ...place })
  }
}

/** Every `[table]` and `[[table]]` at or below `path`, in the order of the file. */
export function tablesAt(source: TomlSource, path: Path): AST.TOMLTable[] {
  return tablesOf(source).filter((table) => startsWith(table.resolvedKey, path))
}

export function tablesOf(source: TomlSource): AST.TOMLTable[] {
  return source.program.body[0].body.filter((node): node is AST.TOMLTable => node.type === 'TOMLTable')
}

/** A `key = value` that stands at, above or below a path. */
export interface KeyValueAt {
  readonly node: AST.TOMLKeyValue
  readonly path: Path
}

/** Every `key = value` outside inline tables, with its full path. */
export function keyValuesOf(source: TomlSource): KeyValueAt[] {
  const found: KeyValueAt[] = []
  for (const node of source.program.body[0].body) {
    if (node.type === 'TOMLKeyValue') found.push({ node, path: getStaticTOMLValue(node.key) })
    else
      for (const child of node.body)
        found.push({ node: child, path: [...node.resolvedKey, ...getStaticTOMLValue(child.key)] })
  }
  return found
}

/** The value that is written out (not made of headers) at `path`. */
export function contentAt(source: TomlSource, path: Path): AST.TOMLContentNode | undefined {
  const holder = keyValuesOf(source).find((entry) => startsWith(path, entry.path))
  return holder && descend(holder.node.value, path.slice(holder.path.length))
}

function descend(node: AST.TOMLContentNode, path: Path): AST.TOMLContentNode | undefined {
  const [step] = path
  if (step === undefined) return node
  if (node.type === 'TOMLArray') {
    const element = typeof step === 'number' ? node.elements[step] : undefined
    return element && descend(element, path.slice(1))
  }
  if (node.type !== 'TOMLInlineTable') return undefined
  for (const member of node.body) {
    const key = getStaticTOMLValue(member.key)
    if (startsWith(path, key)) return descend(member.value, path.slice(key.length))
  }
  return undefined
}

export function startsWith(path: Path, prefix: Path): boolean {
  return prefix.length <= path.length && prefix.every((step, index) => path[index] === step)
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
