import { describe, expect, it } from 'vitest'
import { isRallyError, RallyError, reasonOf } from './errors.js'

describe('the catalogue', () => {
  it('quotes what others wrote, cut to 80 characters', () => {
    const message = (holder: unknown) => new RallyError('LEASE_HELD', { holder }).message
    expect(message('s1')).toBe('the lease is held by "s1"')
    expect(message('a\u0000b"c')).toBe('the lease is held by "a?b\\"c"')
    expect(message('x'.repeat(80))).toBe(`the lease is held by "${'x'.repeat(80)}"`)
    expect(message('x'.repeat(81))).toBe(`the lease is held by "${'x'.repeat(77)}..."`)
    expect(message(undefined)).toBe('the lease is held by "undefined"')
    expect(message(7)).toBe('the lease is held by "7"')
  })

  it('prefers what the thrower knows', () => {
    expect(new RallyError('LEASE_HELD', { hint: 'ask s1' }).hint).toBe('ask s1')
    expect(new RallyError('TIMED_OUT').hint).toBeNull()
  })

  it('keeps the cause', () => {
    const cause = new Error('disk')
    expect(new RallyError('NOT_STORED', {}, { cause }).cause).toBe(cause)
  })
})

describe('an error of another copy of this package', () => {
  it('is known by name and code', () => {
    const alike = Object.assign(new Error('x'), { name: 'RallyError', code: 'BUSY' })
    expect(isRallyError(alike)).toBe(true)
    expect(isRallyError(new RallyError('BUSY'))).toBe(true)
    for (const other of [
      ...[undefined, null, 'RallyError', { name: 'RallyError', code: 'BUSY' }, new Error('x')],
      ...[Object.assign(new Error('x'), { code: 'EACCES' }), Object.assign(new Error('x'), { name: 'RallyError' })],
      Object.assign(new Error('x'), { name: 'RallyError', code: 5 }),
    ])
      expect(isRallyError(other)).toBe(false)
  })
  it('and any other has a reason', () => {
    expect([reasonOf(new Error('full')), reasonOf('full'), reasonOf(undefined)]).toEqual(['full', 'full', 'undefined'])
  })
})
