import { expect, it } from 'vitest'
import { type BoxPosition, cursorOf } from './inbox-position.js'

const at = (position: Partial<BoxPosition>): BoxPosition => ({
  home: 0,
  hub: 0,
  missing: [],
  imported: {},
  ...position,
})

it('remembers a box that is empty on one side, or on both', () => {
  expect(cursorOf(at({}))).toEqual({ home: 0, hub: 0, homeMark: null, hubMark: null, imported: {} })
  expect(cursorOf(at({ hub: 4, hubMark: 'm' }))).toMatchObject({ home: 0, homeMark: null, hub: 4, hubMark: 'm' })
  expect(cursorOf(at({ home: 4, homeMark: 'm' }))).toMatchObject({ home: 4, homeMark: 'm', hub: 0, hubMark: null })
})

it.each<[string, Partial<BoxPosition>]>([
  ['home', { home: 4, hub: 4, hubMark: 'm' }],
  ['the server', { home: 4, homeMark: 'm', hub: 4 }],
])('remembers no place of %s where it did not see what stands there', (_, position) => {
  expect(cursorOf(at(position))).toBeUndefined()
})

it('remembers no place before which something is left to send', () => {
  expect(cursorOf(at({ home: 4, homeMark: 'm', missing: [2] }))).toBeUndefined()
})
