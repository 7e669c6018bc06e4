import { describe, expect, it } from 'vitest'
import { readSeat } from './lead-lease.js'

const NOW = 1_800_000_000
const lease = (more: object) => ({ lead: { session_id: 's1', lease_until: 'whenever', ...more } })
const state = (value: unknown, writtenAt?: number) => readSeat(value, NOW, writtenAt).state

describe('a lease whose end cannot be read', () => {
  it('is over two hours after it was written: no lease lasts longer unless it says so', () => {
    expect(state(lease({}), NOW - 7199)).toBe('endless')
    expect(state(lease({}), NOW - 7200)).toBe('expired')
    expect(state(lease({ lease_until: 7 }), NOW - 7200)).toBe('expired')
  })

  it('lasts as long as it says that it is renewed', () => {
    expect(state(lease({ renew_every_minutes: 300 }), NOW - 300 * 60 + 1)).toBe('endless')
    expect(state(lease({ renew_every_minutes: 300 }), NOW - 300 * 60)).toBe('expired')
    expect(state(lease({ renew_every_minutes: 1 }), NOW - 3600)).toBe('endless')
    expect(state(lease({ renew_every_minutes: 'x' }), NOW - 7200)).toBe('expired')
  })

  it('has no end where nobody knows when it was written', () => {
    expect(state(lease({}))).toBe('endless')
  })

  it('does not shorten one whose end can be read', () => {
    expect(state(lease({ lease_until: '2099-01-01T00:00:00+00:00' }), 0)).toBe('held')
    expect(state(lease({ lease_until: '2001-01-01T00:00:00+00:00' }), NOW)).toBe('expired')
  })
})
