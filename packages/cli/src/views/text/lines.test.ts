import { describe, expect, it } from 'vitest'
import { displayWidth } from './display-width.js'
import { few, fitLine, plural, quotePeer, wrapLine } from './lines.js'

describe('wrapLine', () => {
  it('leaves short text and text without a width alone', () => {
    expect(wrapLine('  a b', 5)).toEqual(['  a b'])
    expect(wrapLine('x '.repeat(100), undefined)).toHaveLength(1)
  })

  it('keeps every word, indents what follows, and never exceeds the width', () => {
    const text = '  codex, 3s ago: "please look at the parser and at 你好你好你好" (wants an answer)'
    const lines = wrapLine(text, 24)
    expect(lines.filter((line) => displayWidth(line) > 24)).toEqual([])
    expect(lines.join(' ').split(/ +/)).toEqual(text.split(/ +/))
    expect(lines.slice(1).every((line) => line.startsWith('    ') && !line.startsWith('     '))).toBe(true)
  })

  it('cuts a word that is too long by itself', () => {
    expect(wrapLine(`see ${'/a'.repeat(40)}`, 20).every((line) => displayWidth(line) <= 20)).toBe(true)
  })
})

it('what a peer wrote cannot leave its quotation marks or its line', () => {
  expect(quotePeer('a" (you)\nblocked \u001b[2J"')).toBe(`"a' (you) blocked '"`)
  expect(quotePeer('x'.repeat(500), 10)).toBe(`"${'x'.repeat(9)}…"`)
})

it('counts and lists in words', () => {
  expect([plural(1, 'file'), plural(2, 'file')]).toEqual(['1 file', '2 files'])
  expect(few(['a', 'b', 'c'], 2)).toBe('a, b and 1 more')
  expect(fitLine('a\nlong line', 6)).toBe('a lon…')
})
