import { expect, it } from 'vitest'
import { newestChanges } from './newest-changes.js'

const NOW = 1_795_000_000
const iso = (age: number, revision: number) => ({ ts: new Date((NOW - age) * 1000).toISOString(), revision })
const old = (age: number, revision: number) => ({ ts: NOW - age, revision })
const revisions = (rows: { revision: number; ts?: unknown }[], options = {}) =>
  newestChanges(rows, { now: NOW, ...options }).map(({ revision }) => revision)

it('takes the newest, not the oldest, of many', () => {
  const rows = Array.from({ length: 50 }, (_, index) => iso(500 - index * 10, index))
  expect(revisions(rows)).toEqual(Array.from({ length: 20 }, (_, index) => 30 + index))
  expect(revisions(rows, { max: 2 })).toEqual([48, 49])
})

it('records of the old form fade and come last, freshest first', () => {
  const rows = [old(864_000, 1), old(90_000, 2), iso(90, 3), old(5_000, 4)]
  expect(revisions(rows)).toEqual([3, 4, 2])
  expect(revisions(rows, { includeArchived: true })).toEqual([3, 4, 2, 1])
})

it('a time far ahead holds no place for ever', () => {
  const rows = [old(-999_999, 1), iso(-999_999, 2), ...Array.from({ length: 20 }, (_, index) => iso(20, index + 3))]
  expect(revisions(rows)).toEqual(Array.from({ length: 20 }, (_, index) => index + 3))
})

it('none when none are asked for', () => {
  expect(revisions([iso(1, 1)], { max: 0 })).toEqual([])
})
