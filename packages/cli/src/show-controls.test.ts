import { expect, it } from 'vitest'
import { showControls } from './show-controls.js'

it('shows what a terminal would obey, and keeps every other character', () => {
  expect(showControls('a\u001b[31m\r\n\u009b2J\u0000\u007f')).toBe('a\\x1b[31m\\x0d\\x0a\\x9b2J\\x00\\x7f')
  expect(showControls('\u202eevil\u2066 \u200b\ufeff\u2028')).toBe('\\u202eevil\\u2066 \\u200b\\ufeff\\u2028')
  expect(showControls('plain ü 文 😀 "x"')).toBe('plain ü 文 😀 "x"')
})
