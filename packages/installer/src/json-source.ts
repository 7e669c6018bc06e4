import { createScanner, type Node, type ParseError, parseTree, printParseErrorCode, stripComments } from 'jsonc-parser'
import type { Token } from './json-token.js'
import { type Place, placeAt, Refused } from './refusal.js'
import { skipComments } from './skip-comments.js'

export type { Node as JsonNode } from 'jsonc-parser'

export interface JsonOptions {
  readonly comments: boolean
  readonly trailingCommas: boolean
}

export interface JsonSource {
  readonly text: string
  /** Undefined for a text of nothing but white space and comments. */
  readonly root: Node | undefined
  /** JSON without any comment or comma too many. */
  readonly isPlain: boolean
  readonly value: unknown
  readonly tokens: readonly Token[]
  readonly comments: readonly Token[]
}

// Numbers of jsonc-parser's SyntaxKind, whose declaration (an ambient const enum) can't be imported with verbatimModuleSyntax.
const KIND = { colon: 6, lineComment: 12, blockComment: 13, lineBreak: 14, trivia: 15, eof: 17 } as const

/** The texts that were read last: planning, changing and checking read the same ones in turn, and some are long. */
const LATEST = 4
/** Long texts are kept apart: the many short ones that stand for them in between would drive them out. */
const LONG = 100_000
interface Known {
  readonly options: string
  readonly source: JsonSource
}
const latest: { readonly long: Known[]; readonly short: Known[] } = { long: [], short: [] }

/** Reads strict JSON, or JSON with comments. Throws Refused with line and column. */
export function readJson(text: string, options: JsonOptions): JsonSource {
  const key = `${options.comments} ${options.trailingCommas}`
  const known = text.length < LONG ? latest.short : latest.long
  // Plain JSON is the same whatever else would be allowed.
  const found = known.find(({ options: of, source }) => (source.isPlain || of === key) && source.text === text)
  if (found !== undefined) return found.source
  const source =
    readStrictly(text) ?? (options.comments ? readCommented(text) : undefined) ?? readLeniently(text, options)
  known.unshift({ options: key, source })
  known.length = Math.min(known.length, LATEST)
  return source
}

/** Most files are plain JSON. Undefined for any other text. */
function readStrictly(text: string): JsonSource | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  return withLazyNodes({ text, value, comments: [], isPlain: true })
}

/** JSON with comments and nothing else that JSON has not. Undefined for any other text. */
function readCommented(text: string): JsonSource | undefined {
  const plain = skipComments(text)
  const source = plain && readStrictly(plain.text)
  return source && withLazyNodes({ text, value: source.value, comments: plain.comments, isPlain: false })
}

/** Only what is changed has to be taken apart. */
function withLazyNodes(read: Omit<JsonSource, 'tokens' | 'root'>): JsonSource {
  let tokens: readonly Token[] | undefined
  let root: Node | undefined
  return {
    ...read,
    get tokens() {
      tokens ??= readTokens(read.text)
      return tokens
    },
    get root() {
      root ??= parseTree(read.text)
      return root
    },
  }
}

function readLeniently(text: string, options: JsonOptions): JsonSource {
  const tokens = readTokens(text)
  const comment = tokens.find(isComment)
  if (comment && !options.comments) {
    throw new Refused({
      code: 'comments',
      message: 'it has a comment, and the host ignores such a file as a whole',
      ...placeAt(text, comment.start),
    })
  }
  const comments = tokens.filter(isComment)
  if (comments.length === tokens.length) return { text, root: undefined, value: {}, tokens, comments, isPlain: false }
  const errors: ParseError[] = []
  const root = parseTree(text, errors, {
    allowTrailingComma: options.trailingCommas,
    disallowComments: !options.comments,
  })
  const first = errors[0]
  if (first) throw invalid(describe(first), placeAt(text, first.offset))
  return { text, root, value: parseStrictly(text, options), tokens, comments, isPlain: false }
}

export function isComment(token: Token): boolean {
  return token.kind === 'line-comment' || token.kind === 'block-comment'
}

function readTokens(text: string): Token[] {
  const scanner = createScanner(text, false)
  const tokens: Token[] = []
  for (let kind: number = scanner.scan(); kind !== KIND.eof; kind = scanner.scan()) {
    if (kind === KIND.lineBreak || kind === KIND.trivia) continue
    const start = scanner.getTokenOffset()
    tokens.push({ kind: kindOf(kind), start, end: start + scanner.getTokenLength() })
  }
  return tokens
}

function kindOf(kind: number): Token['kind'] {
  if (kind === KIND.lineComment) return 'line-comment'
  if (kind === KIND.blockComment) return 'block-comment'
  return kind <= KIND.colon ? 'punctuation' : 'value'
}

/** The scanner forgives a few things that JSON.parse does not, so JSON.parse has the last word. */
function parseStrictly(text: string, options: JsonOptions): unknown {
  let source = options.comments ? stripComments(text, ' ') : text
  if (options.trailingCommas) source = withoutTrailingCommas(source)
  try {
    return JSON.parse(source)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const position = /at position (\d+)/.exec(reason)?.[1]
    throw invalid('it is not legal JSON', placeAt(text, position === undefined ? text.length : Number(position)))
  }
}

function withoutTrailingCommas(source: string): string {
  const tokens = readTokens(source)
  let out = source
  for (let i = 0; i + 1 < tokens.length; i += 1) {
    const [token, next] = [tokens[i], tokens[i + 1]]
    if (token === undefined || next === undefined || source[token.start] !== ',') continue
    if (next.kind === 'punctuation' && (source[next.start] === ']' || source[next.start] === '}')) {
      out = `${out.slice(0, token.start)} ${out.slice(token.end)}`
    }
  }
  return out
}

function invalid(message: string, place: Place): Refused {
  return new Refused({ code: 'invalid', message, ...place })
}

function describe(error: ParseError): string {
  const words = printParseErrorCode(error.error)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
  return `it is not legal: ${words}`
}
