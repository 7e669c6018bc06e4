import { expect, it } from 'vitest'
import { editDistance } from './edit-distance.js'
import { parseIsoTime as epochOf } from './iso-time.js'
import { toInteger } from './python-values.js'
import { quoteForShell } from './quote-for-shell.js'

it.each([
  ['', 'abc', 3],
  ['codex', 'codex', 0],
  ['codx', 'codex', 1],
  ['cdoex', 'codex', 1],
  ['codez', 'codex', 1],
  ['acb', 'bca', 2],
  ['ab', 'bc', 2],
  ['axb', 'bxc', 2],
  ['claude', 'gemini', 6],
])('from %j to %j it is %d steps', (a, b, steps) => {
  expect(editDistance(a, b)).toBe(steps)
  expect(editDistance(b, a)).toBe(steps)
})

it.each([
  ['src/a.ts', 'src/a.ts'],
  ['a b.txt', "'a b.txt'"],
  ["it's.txt", "'it'\\''s.txt'"],
  ['$(rm x)', "'$(rm x)'"],
  ['', "''"],
  ["a\nb'c", "$'a\\x0ab\\'c'"],
])('%j is one word of a shell: %s', (path, word) => {
  expect(quoteForShell(path)).toBe(word)
})

it('times with a zone, early years and single digits are read', () => {
  expect(epochOf('2026-01-02T03:04:05Z')).toBe(1_767_323_045)
  expect(epochOf('2026-01-02T03:04:05+01:30')).toBe(1_767_323_045 - 5400)
  expect(epochOf('2026-01-02T03:04:05-01:30')).toBe(1_767_323_045 + 5400)
  expect(epochOf('2026-01-02T03:04:05+02')).toBe(1_767_323_045 - 7200)
  expect(epochOf('0999-01-02T03:04:05Z')).toBe(Date.UTC(999, 0, 2, 3, 4, 5) / 1000)
})

it('whole numbers are read as Python reads them', () => {
  expect([true, false, 1.9, -1.9, '1_000', ' 7 ', 'x', null, {}].map(toInteger)).toEqual([
    ...[1, 0, 1, -1, 1000, 7],
    ...[undefined, undefined, undefined],
  ])
})
