import { describe, expect, it } from 'vitest'
import { cleanLine, cleanText } from './peer-text.js'

describe('cleanText', () => {
  it.each([
    ['colour', '\u001b[31mred\u001b[0m', 'red'],
    ['one-byte CSI', '\u009b31mred', 'red'],
    ['cursor movement and clearing', 'a\u001b[2J\u001b[Hb', 'ab'],
    ['window title, ended by a bell', '\u001b]0;owned\u0007x', 'x'],
    ['hyperlink, ended by a string terminator', '\u001b]8;;http://evil\u001b\\click\u001b]8;;\u001b\\', 'click'],
    ['a device string that never ends', 'a\u001bPq#0;2', 'a'],
    ['a lone escape at the end', 'x\u001b', 'x'],
    ['charset switch', '\u001b(0x', 'x'],
    ['bell, backspace, delete', 'a\u0007b\u0008c\u007fd', 'abcd'],
    ['bidirectional overrides', 'abc\u202edcba\u202c\u2066x\u2069', 'abcdcbax'],
    ['zero width', 'in\u200bvis\u200dible\ufeff\u2060', 'invisible'],
    ['tag characters', `hi\u{e0041}\u{e0042}`, 'hi'],
    ['variation selectors', 'x\ufe0f\u{e0100}', 'x'],
    ['lone surrogate', 'a\ud800b', 'ab'],
  ])('takes out %s', (_, dirty, clean) => {
    expect(cleanText(dirty)).toBe(clean)
  })

  it('keeps letters of all scripts, emoji and line breaks', () => {
    expect(cleanText('größe 你好 😀\tx\r\ny\u2028z')).toBe('größe 你好 😀 x\ny\nz')
  })
})

it('cleanLine is one line, whatever the breaks', () => {
  expect(cleanLine('  a\r\nb\u2029c\u0085d\u000b  e ')).toBe('a b c d e')
})
