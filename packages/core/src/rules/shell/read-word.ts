import { type Cursor, fail, nested, peek, skipBalanced, skipQuoted } from './cursor.js'
import type { ShellNode, Word } from './syntax.js'

/** Reads the commands of `( … )` behind its opening bracket, and passes the closing one. */
export type ReadInner = (cursor: Cursor) => ShellNode

interface Draft {
  text: string
  /** Something in it is decided only when the command runs. */
  open: boolean
  bare: boolean
  readonly inner: ShellNode[]
  /** Unquoted `[` and `{` that were not closed yet, and what was seen in the brace. */
  bracket: boolean
  brace: boolean
  braceList: boolean
  dot: boolean
}

const ENDS = new Set(['', ' ', '\t', '\n', ';', '&', '|', '(', ')', '<', '>'])
const NAME = /[A-Za-z0-9_]/
const SPECIAL = /[@*#?$!-]/

/** The word that begins here; undefined where none does. */
export function readWord(cursor: Cursor, readInner: ReadInner): Word | undefined {
  const start = cursor.at
  const draft: Draft = {
    text: '',
    open: false,
    bare: true,
    inner: [],
    bracket: false,
    brace: false,
    braceList: false,
    dot: false,
  }
  if (peek(cursor) === '~' || peek(cursor) === '=') draft.open = true
  while (!cursor.failed) {
    const char = peek(cursor)
    if ((char === '<' || char === '>') && peek(cursor, 1) === '(') {
      cursor.at += 2
      substitution(cursor, draft, readInner)
    } else if (ENDS.has(char)) break
    else readPart(cursor, draft, char, readInner)
  }
  if (cursor.at === start || cursor.failed) return undefined
  const openOption = draft.open && /^(?:["']?-|[$`])/.test(cursor.source.slice(start, start + 2))
  return { text: draft.open ? undefined : draft.text, openOption, bare: draft.bare, inner: draft.inner }
}

function readPart(cursor: Cursor, draft: Draft, char: string, readInner: ReadInner): void {
  cursor.at++
  if (char === '\\') {
    const next = peek(cursor)
    cursor.at++
    if (next === '\n') return
    draft.bare = false
    draft.text += next
  } else if (char === "'") {
    draft.bare = false
    const end = cursor.source.indexOf("'", cursor.at)
    if (end < 0) {
      fail(cursor)
      return
    }
    draft.text += cursor.source.slice(cursor.at, end)
    cursor.at = end + 1
  } else if (char === '"') readDoubleQuoted(cursor, draft, readInner)
  else if (char === '$') readDollar(cursor, draft, readInner, false)
  else if (char === '`') backquoted(cursor, draft)
  else {
    noteGlob(draft, char)
    draft.text += char
  }
}

function readDoubleQuoted(cursor: Cursor, draft: Draft, readInner: ReadInner): void {
  draft.bare = false
  while (!cursor.failed) {
    const char = peek(cursor)
    if (char === '') {
      fail(cursor)
      return
    }
    cursor.at++
    if (char === '"') return
    if (char === '\\') {
      const next = peek(cursor)
      if (next === '') {
        fail(cursor)
        return
      }
      cursor.at++
      if (next !== '\n') draft.text += '$`"\\'.includes(next) ? next : `\\${next}`
    } else if (char === '$') readDollar(cursor, draft, readInner, true)
    else if (char === '`') backquoted(cursor, draft)
    else draft.text += char
  }
}

/** Behind a `$`. */
function readDollar(cursor: Cursor, draft: Draft, readInner: ReadInner, quoted: boolean): void {
  const next = peek(cursor)
  if (next === '(') {
    cursor.at++
    unknown(draft)
    if (peek(cursor) === '(') skipBalanced(cursor, '(', ')')
    else substitution(cursor, draft, readInner)
  } else if (next === '{') {
    cursor.at++
    unknown(draft)
    skipBalanced(cursor, '{', '}', quoted ? '"`' : undefined)
  } else if (next === '[') {
    cursor.at++
    unknown(draft)
    skipBalanced(cursor, '[', ']')
  } else if (!quoted && next === "'") {
    cursor.at++
    readAnsiQuoted(cursor, draft)
  } else if (!quoted && next === '"') {
    cursor.at++
    readDoubleQuoted(cursor, draft, readInner)
  } else if (NAME.test(next)) {
    unknown(draft)
    const single = /[0-9]/.test(next)
    do cursor.at++
    while (!single && NAME.test(peek(cursor)))
  } else if (SPECIAL.test(next)) {
    unknown(draft)
    cursor.at++
  } else draft.text += '$'
}

const ANSI: Readonly<Record<string, string>> = { n: '\n', t: '\t', '\\': '\\', "'": "'", '"': '"' }

/** Behind `$'`. */
function readAnsiQuoted(cursor: Cursor, draft: Draft): void {
  draft.bare = false
  for (;;) {
    const char = peek(cursor)
    if (char === '') {
      fail(cursor)
      return
    }
    cursor.at++
    if (char === "'") return
    if (char === '\\') {
      const meant = ANSI[peek(cursor)]
      cursor.at++
      if (meant === undefined) draft.open = true
      else draft.text += meant
    } else draft.text += char
  }
}

function backquoted(cursor: Cursor, draft: Draft): void {
  unknown(draft)
  skipQuoted(cursor, '`')
}

function substitution(cursor: Cursor, draft: Draft, readInner: ReadInner): void {
  unknown(draft)
  const node = nested<ShellNode | undefined>(cursor, () => readInner(cursor), undefined)
  if (node !== undefined) draft.inner.push(node)
}

function unknown(draft: Draft): void {
  draft.open = true
  draft.bare = false
}

/** What an unquoted word matches depends on the files there are, and what a brace means on the shell. */
function noteGlob(draft: Draft, char: string): void {
  if (char === '*' || char === '?') draft.open = true
  else if (char === '[') draft.bracket = true
  else if (char === ']' && draft.bracket) draft.open = true
  else if (char === '{') draft.brace = true
  else if (draft.brace && (char === ',' || (char === '.' && draft.dot))) draft.braceList = true
  else if (char === '}' && draft.braceList) draft.open = true
  draft.dot = char === '.'
}
