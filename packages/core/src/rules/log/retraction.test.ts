import { expect, it } from 'vitest'
import { applyRetractions, retractionTarget } from './retraction.js'

const record = (event_id: string, revision: number) => ({ event_id, revision, kind: 'feedback', payload: {} })
const retract = (retracts: string, revision: number, more = {}) => ({
  event_id: `r${revision}`,
  revision,
  kind: 'retract',
  payload: { retracts, ...more },
})
const left = (records: { revision: number; event_id?: unknown }[]) =>
  applyRetractions(records).map(({ revision }) => revision)

it('hides one of several records with the same id: the newest before it', () => {
  expect(left([record('x', 1), record('x', 2), retract('x', 3), record('x', 4)])).toEqual([1, 3, 4])
})

it('a second retraction of that id hides the next one', () => {
  expect(left([record('x', 1), record('x', 2), retract('x', 3), retract('x', 4)])).toEqual([3, 4])
})

it('hides the very record whose revision it names', () => {
  expect(left([record('x', 1), record('x', 2), retract('x', 3, { retracts_revision: 1 })])).toEqual([2, 3])
})

it('never hides a retraction', () => {
  expect(left([record('x', 1), retract('x', 2), retract('r2', 3)])).toEqual([2, 3])
})

it('hides a later record when there is none before it, and nothing when the id is unknown', () => {
  expect(left([retract('x', 1), record('x', 2), record('x', 3)])).toEqual([1, 3])
  expect(left([record('x', 1), retract('y', 2)])).toEqual([1, 2])
})

it('a revision that no record of that id has does not count', () => {
  expect(left([record('x', 1), record('y', 2), retract('x', 3, { retracts_revision: 2 })])).toEqual([2, 3])
})

it('records without an id are no target, not even of one another', () => {
  const nameless = { event_id: undefined, revision: 1, payload: {} }
  expect(
    applyRetractions([nameless, { ...nameless, event_id: '' }, { ...nameless, payload: { retracts: 'undefined' } }]),
  ).toHaveLength(3)
})

it.each([
  [{ payload: { retracts: ' evt-1 ' } }, 'evt-1'],
  [{ payload: { retracts: '  ' }, subject: 'retract: evt-22' }, 'evt-22'],
  [{ payload: { subject: ' retract: evt-22 ' } }, 'evt-22'],
  [{ subject: 'no retract: evt-22' }, null],
  [{ subject: 'retract: evt-22 and more' }, null],
  [{ summary: 'taken back [retracts=evt-3] since wrong' }, 'evt-3'],
  [{ payload: { reason: 'retracts=evt-3 x' } }, 'evt-3'],
  [{ payload: 'retracts=evt-3' }, null],
  ['retract: evt-22', null],
])('what %j takes back: %j', (record, target) => {
  expect(retractionTarget(record)).toBe(target)
})
