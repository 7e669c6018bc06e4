import { type Cursor, fail, nested, openCursor, passNewline, peek, skipBalanced, skipBlanks } from './cursor.js'
import { atRedirection, readRedirection } from './read-redirection.js'
import { readWord } from './read-word.js'
import type { CommandList, Joint, Redirection, ShellNode, Word } from './syntax.js'

const NOTHING: CommandList = { kind: 'list', items: [] }

/** Words that end the list that they stand behind, or that may not begin a command. */
const CLOSERS = new Set(['then', 'elif', 'else', 'fi', 'do', 'done', 'esac', '}'])

interface Parsed {
  readonly list: CommandList
  /** The keyword or `)` or `;;` that ended it, `` at the end of the text. */
  readonly end: string
}

/**
 * The commands of a script. A line that cannot be read, and what follows it, is left out: a shell does not run it either.
 * What runs depends on values is kept as branches; nothing is decided here.
 */
export function parseShell(source: string): CommandList {
  const cursor = openCursor(source)
  const whole = { count: 0 }
  const { list, end } = parseList(cursor, whole)
  const broken = cursor.failed || end !== ''
  return broken ? { kind: 'list', items: list.items.slice(0, whole.count) } : list
}

function parseList(cursor: Cursor, whole?: { count: number }): Parsed {
  const items: { node: ShellNode; joint: Joint }[] = []
  const done = (end: string): Parsed => ({ list: { kind: 'list', items }, end })
  while (!cursor.failed) {
    skipBlanks(cursor)
    const char = peek(cursor)
    if (char === '') return done('')
    if (char === '\n') {
      passNewline(cursor)
      const joint = items[items.length - 1]?.joint
      if (whole !== undefined && (joint === undefined || joint === ';' || joint === '&')) whole.count = items.length
    } else if (char === ')') {
      cursor.at++
      return done(')')
    } else if (char === ';' && (peek(cursor, 1) === ';' || peek(cursor, 1) === '&')) {
      cursor.at += 2
      if (peek(cursor) === '&') cursor.at++
      return done(';;')
    } else if (char === ';') cursor.at++
    else {
      const command = parseCommand(cursor)
      if (typeof command === 'string') return done(command)
      if (command === undefined) break
      items.push({ node: command, joint: readJoint(cursor) })
    }
  }
  return done('')
}

function readJoint(cursor: Cursor): Joint {
  skipBlanks(cursor)
  const two = cursor.source.slice(cursor.at, cursor.at + 2)
  const joint: Joint =
    two === '&&' || two === '||' ? two : peek(cursor) === '|' ? '|' : peek(cursor) === '&' ? '&' : ';'
  if (two === '&&' || two === '||' || two === '|&') cursor.at += 2
  else if (joint === '|' || joint === '&') cursor.at++
  else if (peek(cursor) === ';' && two !== ';;' && two !== ';&') cursor.at++
  else if (!['', '\n', ')', ';'].includes(peek(cursor))) fail(cursor)
  return joint
}

/** A command, the keyword that ends the list instead of one, or undefined when it cannot be read. */
function parseCommand(cursor: Cursor): ShellNode | string | undefined {
  if (peek(cursor) === '(') {
    cursor.at++
    if (peek(cursor) === '(') {
      skipBalanced(cursor, '(', ')')
      return { kind: 'branch', parts: [], redirections: parseRedirections(cursor) }
    }
    const body = parseUntil(cursor, ')')
    return { kind: 'group', subshell: true, body, redirections: parseRedirections(cursor) }
  }
  const start = cursor.at
  // Read once: a second reading at each level of nesting would double at each level.
  const first = readWord(cursor, readInner)
  const keyword = first?.bare === true ? first.text : undefined
  if (keyword !== undefined && CLOSERS.has(keyword)) return keyword
  switch (keyword) {
    case '{': {
      const body = parseUntil(cursor, '}')
      return { kind: 'group', subshell: false, body, redirections: parseRedirections(cursor) }
    }
    case '!':
    case 'time':
      skipBlanks(cursor)
      if (keyword === 'time' && cursor.source.startsWith('-p ', cursor.at)) cursor.at += 3
      skipBlanks(cursor)
      return nested(cursor, () => parseCommand(cursor), undefined)
    case 'if':
    case 'while':
    case 'until':
    case 'for':
    case 'select':
    case 'case':
      return nested<ShellNode>(cursor, () => parseBranch(cursor, keyword), NOTHING)
    case '[[':
      skipTest(cursor)
      return { kind: 'branch', parts: [], redirections: parseRedirections(cursor) }
    case 'function':
      skipBlanks(cursor)
      return parseFunction(cursor, readWord(cursor, readInner)?.text)
    default:
      return parseSimple(cursor, first, start)
  }
}

function parseUntil(cursor: Cursor, end: string): CommandList {
  const parsed = nested<Parsed>(cursor, () => parseList(cursor), { list: NOTHING, end: '' })
  if (parsed.end !== end) fail(cursor)
  return parsed.list
}

/** Reads what stands in `$(` … `)`; the opening bracket was passed. */
function readInner(cursor: Cursor): ShellNode {
  return { kind: 'group', subshell: true, body: parseUntil(cursor, ')'), redirections: [] }
}

function parseBranch(cursor: Cursor, keyword: string): ShellNode {
  const parts: CommandList[] = []
  const section = (...ends: readonly string[]): string => {
    const parsed = parseList(cursor)
    parts.push(parsed.list)
    if (!ends.includes(parsed.end)) fail(cursor)
    return parsed.end
  }
  if (keyword === 'if') {
    let end = 'elif'
    while (end === 'elif' && !cursor.failed) {
      section('then')
      end = section('elif', 'else', 'fi')
      if (end === 'else') section('fi')
    }
  } else if (keyword === 'case') {
    parseCases(cursor, section)
  } else {
    if (keyword === 'while' || keyword === 'until') section('do')
    else skipLoopHead(cursor, parts)
    section('done')
  }
  return { kind: 'branch', parts, redirections: parseRedirections(cursor) }
}

/** `NAME in WORD…;` or `((…));`, up to and with `do`. */
function skipLoopHead(cursor: Cursor, parts: CommandList[]): void {
  while (!cursor.failed) {
    skipBlanks(cursor)
    if (peek(cursor) === '\n') passNewline(cursor)
    else if (peek(cursor) === ';') cursor.at++
    else if (peek(cursor) === '(') {
      cursor.at++
      skipBalanced(cursor, '(', ')')
    } else {
      const word = readWord(cursor, readInner)
      if (word === undefined) {
        fail(cursor)
        return
      }
      if (word.bare && word.text === 'do') return
      for (const node of word.inner) parts.push({ kind: 'list', items: [{ node, joint: ';' }] })
    }
  }
}

function parseCases(cursor: Cursor, section: (...ends: readonly string[]) => string): void {
  skipBlanks(cursor)
  readWord(cursor, readInner)
  let isHead = true
  while (!cursor.failed) {
    skipBlanks(cursor)
    const char = peek(cursor)
    if (char === '\n') passNewline(cursor)
    else if (char === '(' || char === '|') cursor.at++
    else if (char === ')') {
      cursor.at++
      if (section(';;', 'esac') === 'esac') return
    } else {
      const word = readWord(cursor, readInner)
      if (word === undefined) {
        fail(cursor)
        return
      }
      if (word.bare && word.text === 'esac') return
      if (isHead && word.text !== 'in') {
        fail(cursor)
        return
      }
      isHead = false
    }
  }
}

/** `<` and `>` compare in `[[ … ]]`. */
function skipTest(cursor: Cursor): void {
  while (!cursor.failed) {
    skipBlanks(cursor)
    const char = peek(cursor)
    if (char === '') {
      fail(cursor)
      return
    }
    const word = readWord(cursor, readInner)
    if (word === undefined) cursor.at++
    else if (word.bare && word.text === ']]') return
  }
}

function parseFunction(cursor: Cursor, name: string | undefined): ShellNode {
  skipBlanks(cursor)
  if (peek(cursor) === '(') {
    cursor.at++
    skipBlanks(cursor)
    if (peek(cursor) !== ')') fail(cursor)
    cursor.at++
  }
  skipBlanks(cursor)
  while (peek(cursor) === '\n') {
    passNewline(cursor)
    skipBlanks(cursor)
  }
  const body = nested(cursor, () => parseCommand(cursor), undefined)
  if (body === undefined || typeof body === 'string') fail(cursor)
  return { kind: 'function', name: name ?? '' }
}

function parseRedirections(cursor: Cursor): Redirection[] {
  const found: Redirection[] = []
  for (;;) {
    skipBlanks(cursor)
    const start = cursor.at
    while (/[0-9]/.test(peek(cursor))) cursor.at++
    if (!atRedirection(cursor)) {
      cursor.at = start
      return found
    }
    const redirection = readRedirection(cursor, readInner)
    if (redirection === undefined) return found
    found.push(redirection)
  }
}

const ASSIGNMENT = /^[A-Za-z_][A-Za-z0-9_]*(?=\+?=)/
const DESCRIPTOR = /^(?:[0-9]+|\{[A-Za-z_][A-Za-z0-9_]*\})$/

function parseSimple(cursor: Cursor, first: Word | undefined, firstAt: number): ShellNode | undefined {
  const variables: string[] = []
  const words: Word[] = []
  const redirections: Redirection[] = []
  const inner: ShellNode[] = []
  let given = first
  while (!cursor.failed) {
    if (given === undefined) skipBlanks(cursor)
    if (given === undefined && atRedirection(cursor)) {
      const redirection = readRedirection(cursor, readInner)
      if (redirection === undefined) break
      redirections.push(redirection)
      inner.push(...redirection.target.inner)
      continue
    }
    const start = given === undefined ? cursor.at : firstAt
    const word = given ?? readWord(cursor, readInner)
    given = undefined
    if (word === undefined) break
    const name = words.length === 0 ? ASSIGNMENT.exec(cursor.source.slice(start, start + 200))?.[0] : undefined
    if (peek(cursor) === '(') {
      cursor.at++
      if (name !== undefined) skipBalanced(cursor, '(', ')')
      else if (words.length === 0 && variables.length === 0) {
        cursor.at--
        return parseFunction(cursor, word.text)
      } else fail(cursor)
    }
    if (word.bare && DESCRIPTOR.test(word.text ?? '') && atRedirection(cursor) && peek(cursor) !== '&') continue
    inner.push(...word.inner)
    if (name === undefined) words.push(word)
    else variables.push(name)
  }
  const isEmpty = variables.length === 0 && words.length === 0 && redirections.length === 0
  if (isEmpty) fail(cursor)
  return isEmpty ? undefined : { kind: 'simple', variables, words, redirections, inner }
}
