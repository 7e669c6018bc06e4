import { expect, it } from 'vitest'
import { newestChanges } from './newest-changes.js'

const NOW = 1_795_000_000
const at = (age: number, revision: number) => ({ ts: new Date((NOW - age) * 1000).toISOString(), revision })
const revisions = (rows: { revision: number }[], options = {}) =>
  newestChanges(rows, { now: NOW, ...options }).map(({ revision }) => revision)

it('takes the newest, not the oldest, of many', () => {
  const rows = Array.from({ length: 50 }, (_, index) => at(500 - index * 10, index))
  expect(revisions(rows)).toEqual(Array.from({ length: 20 }, (_, index) => 49 - index))
})

it('equally fresh ones stay in order of writing, and the first of them is cut first', () => {
  expect(revisions([at(30, 1), at(30, 2), at(30, 3)], { max: 2 })).toEqual([2, 3])
})

it('ISO times and epoch seconds fade alike', () => {
  const rows = [{ ts: NOW - 864_000, revision: 1 }, at(864_000, 2), at(90_000, 3), { ts: NOW - 5, revision: 4 }]
  expect(revisions(rows)).toEqual([4, 3])
  expect(revisions(rows, { includeArchived: true })).toEqual([4, 3, 1, 2])
})

it('a time far ahead is no fresher than its neighbour', () => {
  expect(revisions([at(600, 1), at(-999_999, 2), at(5, 3)])).toEqual([3, 1, 2])
})

it('none when none are asked for', () => {
  expect(revisions([at(1, 1)], { max: 0 })).toEqual([])
})
