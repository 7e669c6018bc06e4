import type { Token } from './json-token.js'

/** A text of JSON with comments, taken for JSON: as long as it was, with blanks for what is commented. */
export interface Uncommented {
  readonly text: string
  readonly comments: readonly Token[]
}

const QUOTE = 0x22
const SLASH = 0x2f
const STAR = 0x2a

/** Undefined where a comment has no end, or a slash is no beginning of one. */
export function skipComments(text: string): Uncommented | undefined {
  const comments: Token[] = []
  let out = ''
  let done = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      at = stringEnd(text, at) - 1
      continue
    }
    if (code !== SLASH) continue
    const comment = commentAt(text, at)
    if (comment === undefined) return undefined
    comments.push(comment)
    out += text.slice(done, at) + ' '.repeat(comment.end - at)
    done = comment.end
    at = done - 1
  }
  return { text: out + text.slice(done), comments }
}

/** The comment that begins with the slash at an offset. */
export function commentAt(text: string, start: number): Token | undefined {
  const next = text.charCodeAt(start + 1)
  if (next === SLASH) return { kind: 'line-comment', start, end: lineEnd(text, start) }
  const end = next === STAR ? text.indexOf('*/', start + 2) : -1
  return end < 0 ? undefined : { kind: 'block-comment', start, end: end + 2 }
}

function lineEnd(text: string, start: number): number {
  let end = start
  while (end < text.length && !/[\r\n]/.test(text.charAt(end))) end++
  return end
}

/** Offset behind the quote that ends the string; behind the text where none does. */
export function stringEnd(text: string, start: number): number {
  let at = text.indexOf('"', start + 1)
  while (at >= 0 && isEscaped(text, at)) at = text.indexOf('"', at + 1)
  return at < 0 ? text.length : at + 1
}

const BACKSLASH = 0x5c

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0
  while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++
  return backslashes % 2 === 1
}
