import { expect, it } from 'vitest'
import { applyRetractions } from './retraction.js'

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
