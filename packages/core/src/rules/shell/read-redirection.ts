import { type Cursor, fail, peek, skipBlanks } from './cursor.js'
import { type ReadInner, readWord } from './read-word.js'
import type { HereDocument, Redirection } from './syntax.js'

const OPERATORS = ['&>>', '<<<', '<<-', '&>', '>>', '>|', '>&', '<<', '<&', '<>', '>', '<'] as const

/** The redirection that begins here (behind the number of a descriptor), or undefined. */
export function readRedirection(cursor: Cursor, readInner: ReadInner): Redirection | undefined {
  const operator = OPERATORS.find((candidate) => cursor.source.startsWith(candidate, cursor.at))
  if (operator === undefined) return undefined
  cursor.at += operator.length
  skipBlanks(cursor)
  const target = readWord(cursor, readInner)
  if (target === undefined) {
    fail(cursor)
    return undefined
  }
  switch (operator) {
    case '>':
    case '>>':
    case '>|':
    case '&>':
    case '&>>':
      return { kind: 'write', target }
    case '>&':
      return { kind: target.text === undefined || /^([0-9]+-?|-)$/.test(target.text) ? 'other' : 'write', target }
    case '<<<':
      return { kind: 'text', target, document: { text: target.text ?? '', literal: target.text !== undefined } }
    case '<<':
    case '<<-': {
      const document: HereDocument = { text: '', literal: !target.bare }
      const delimiter = target.text
      if (delimiter === undefined) {
        fail(cursor)
        return undefined
      }
      cursor.waiting.push({ document, delimiter, stripTabs: operator === '<<-' })
      return { kind: 'text', target, document }
    }
    default:
      return { kind: 'other', target }
  }
}

/** Whether a redirection begins here; `<(` and `>(` begin words. */
export function atRedirection(cursor: Cursor): boolean {
  const char = peek(cursor)
  if (char === '&') return peek(cursor, 1) === '>'
  return (char === '<' || char === '>') && peek(cursor, 1) !== '('
}
