import { describe, expect, it } from 'vitest'
import { CATALOGUE, type ErrorCode, isRallyError, RallyError, reasonOf } from './errors.js'

const codes = Object.keys(CATALOGUE) as ErrorCode[]

describe('the catalogue', () => {
  it.each(codes)('%s makes a sentence and a hint of whatever details there are', (code) => {
    for (const details of [{}, { value: 5, reason: null, what: ['x'], path: { a: 1 } }]) {
      const error = new RallyError(code, details)
      expect(error).toMatchObject({ name: 'RallyError', code, details, exit: CATALOGUE[code].exit })
      expect(error.message).toMatch(/^\S.*\S$/s)
      expect(error.hint === null || /\S/.test(error.hint)).toBe(true)
    }
  })

  it.each(codes)('%s puts nothing into a sentence that a terminal would obey', (code) => {
    const evil = '\u001b[2J\u202e\u0007\r\n\u200b'
    const quoted = {
      workdir: evil,
      value: evil,
      dir: evil,
      root: evil,
      version: evil,
      path: evil,
      holder: evil,
      host: evil,
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the point
    expect(new RallyError(code, quoted).message).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b\u202e]/)
  })

  it('quotes what others wrote, cut to 80 characters', () => {
    const message = (holder: unknown) => new RallyError('LEASE_HELD', { holder }).message
    expect(message('s1')).toBe('the lease is held by "s1"')
    expect(message('a\u0000b"c')).toBe('the lease is held by "a?b\\"c"')
    expect(message('x'.repeat(80))).toBe(`the lease is held by "${'x'.repeat(80)}"`)
    expect(message('x'.repeat(81))).toBe(`the lease is held by "${'x'.repeat(77)}..."`)
    expect(message(undefined)).toBe('the lease is held by "undefined"')
    expect(message(7)).toBe('the lease is held by "7"')
  })

  it('prefers what the thrower knows, and counts those of the same fate', () => {
    expect(new RallyError('LEASE_HELD', { hint: 'ask s1' }).hint).toBe('ask s1')
    expect(new RallyError('TIMED_OUT').hint).toBeNull()
    const refused = (more: unknown) => new RallyError('HOOK_FILE_REFUSED', { place: 'f', reason: 'r', more }).message
    expect(refused(2)).toBe('f was left as it is: r (and 2 more)')
    for (const none of [undefined, 0, -1, 'x', '2']) expect(refused(none)).toBe('f was left as it is: r')
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
