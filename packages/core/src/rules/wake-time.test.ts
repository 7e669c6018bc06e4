import { expect, it } from 'vitest'
import { resolveWakeTime } from './wake-time.js'

it.each([
  ['+30m', 1000 + 1800],
  ['+2h', 1000 + 7200],
  ['+1d', 1000 + 86_400],
  ['+45s', 1045],
  ['2020-01-01T00:00:00Z', 1577836800],
])('%s comes due', (text, at) => {
  expect(resolveWakeTime(text, 1000)).toBe(at)
})

it.each(['', '30m', '+m', '+5w', '-5m', 'soon', 5, undefined])('%s never does', (value) => {
  expect(resolveWakeTime(value, 1000)).toBeUndefined()
})
