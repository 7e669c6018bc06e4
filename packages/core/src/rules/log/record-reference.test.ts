import { expect, it } from 'vitest'
import { namesRecord, readAcknowledged } from './record-reference.js'

it('reads a revision, an event id, or both', () => {
  expect(readAcknowledged({ payload: { acknowledges: 3 } })).toEqual({ revision: 3, eventId: undefined })
  expect(readAcknowledged({ payload: { acknowledges: 'blf_a' } })).toEqual({ revision: undefined, eventId: 'blf_a' })
  expect(readAcknowledged({ payload: { acknowledges: 3, acknowledges_event_id: 'blf_a' } })).toEqual({
    revision: 3,
    eventId: 'blf_a',
  })
})

it.each([{}, { acknowledges: null }, { acknowledges: '' }, { acknowledges: 1.5 }, { acknowledges: true }])(
  'finds no reference in %j',
  (payload) => {
    expect(readAcknowledged({ payload })).toBeUndefined()
  },
)

it('lets the revision decide between records that share an event id', () => {
  const reference = { revision: 3, eventId: 'blf_twin' }
  expect(namesRecord(reference, { revision: 3, event_id: 'blf_twin' })).toBe(true)
  expect(namesRecord(reference, { revision: 4, event_id: 'blf_twin' })).toBe(false)
  expect(namesRecord({ eventId: 'blf_twin' }, { revision: 4, event_id: 'blf_twin' })).toBe(true)
  expect(namesRecord({}, { revision: null })).toBe(false)
})
