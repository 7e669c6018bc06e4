import { describe, expect, it } from 'vitest'
import { displayWidth } from './display-width.js'
import { few, plural, quotePeer, wrapLine } from './lines.js'

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

  it('breaks only a word that is too long by itself, and loses nothing of it', () => {
    const lines = wrapLine(`see ${'/a深'.repeat(40)} then`, 20)
    expect(lines.filter((line) => displayWidth(line) > 20)).toEqual([])
    expect(lines.map((line) => line.trim()).join('')).toMatch(new RegExp(`^see${'/a深'.repeat(40)} ?then$`))
  })

  it('never breaks a colour', () => {
    const lines = wrapLine(`\u001b[31m${'x'.repeat(30)}\u001b[39m`, 10)
    expect(lines.map(displayWidth)).toEqual([10, 10, 10])
    expect(lines.join('')).toContain('x\u001b[39m')
  })
})

it('what a peer wrote cannot leave its quotation marks or its line', () => {
  expect(quotePeer('a" (you)\nblocked \u001b[2J"')).toBe(`"a' (you) blocked '"`)
  expect(quotePeer('x'.repeat(500), 10)).toBe(`"${'x'.repeat(9)}…"`)
})

it('counts and lists in words', () => {
  expect([plural(1, 'file'), plural(2, 'file')]).toEqual(['1 file', '2 files'])
  expect(few(['a', 'b', 'c'], 2)).toBe('a, b and 1 more')
})
