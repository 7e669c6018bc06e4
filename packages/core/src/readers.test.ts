import { expect, it } from 'vitest'
import { bool, int, isObject, list, num, obj, parseJson, str, strings, text } from './readers.js'

const VALUES = [
  undefined,
  null,
  true,
  false,
  0,
  1.5,
  Number.NaN,
  1e21,
  '',
  'x',
  '1',
  [],
  ['x', 1],
  {},
  { a: 1 },
  () => 1,
]
const accepted = (reads: (value: unknown) => unknown) =>
  VALUES.filter((value) => reads(value) === value && value !== undefined)

it('readers answer what is of their type, and a default for everything else', () => {
  expect(accepted(text)).toEqual(['x', '1'])
  expect(accepted(num)).toEqual([0, 1.5, 1e21])
  expect(accepted(int)).toEqual([0])
  expect(accepted(list)).toEqual([[], ['x', 1]])
  expect(accepted(obj)).toEqual([{}, { a: 1 }])
  expect(VALUES.filter(isObject)).toEqual([{}, { a: 1 }])
  expect(VALUES.map((value) => str(value, 'none')).filter((value) => value !== 'none')).toEqual(['', 'x', '1'])
  expect([str(5), obj([]), list({})]).toEqual(['', {}, []])
  expect(VALUES.filter((value) => bool(value))).toEqual([true])
  expect(VALUES.filter((value) => !bool(value, true))).toEqual([false])
  expect([strings(['a', 1, null, '']), strings('a')]).toEqual([['a', ''], []])
})

it('reads JSON or nothing', () => {
  expect([parseJson('{"a":1}'), parseJson('{"a":1'), parseJson('')]).toEqual([{ a: 1 }, undefined, undefined])
})
