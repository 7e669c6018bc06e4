import { expect, it } from 'vitest'
import { findMissing } from './align.js'

it.each([
  ['nothing there', 'abc', '', [0, 1, 2]],
  ['all there', 'abc', 'abc', []],
  ['the newest missing', 'abcd', 'abc', [3]],
  ['the oldest forgotten', 'abcd', 'bc', [3]],
  ['one in the middle missing', 'abcd', 'abd', [2]],
  ['twins count', 'aaab', 'aa', [2, 3]],
  ['more there than here', 'ab', 'abxy', []],
  ['nothing in common', 'ab', 'xy', [0, 1]],
])('%s', (_name, home, there, missing) => {
  expect(findMissing([...home], [...there])).toEqual(missing)
})
