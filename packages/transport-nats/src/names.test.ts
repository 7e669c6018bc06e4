import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeName, encodeName, roomNames } from './names.js'

describe('names', () => {
  it.each([
    ['agent:coder-1a2b', 'agent=3acoder-1a2b'],
    ['my.app', 'my=2eapp'],
    ['a=b', 'a=3db'],
    ['*', '=2a'],
    ['>', '=3e'],
    ['', '='],
    ['ä😀', '=c3=a4=f0=9f=98=80'],
  ])('%s becomes %s', (name, token) => {
    expect(encodeName(name)).toBe(token)
    expect(decodeName(token)).toBe(name)
  })

  it('is bijective and makes legal tokens only', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(decodeName(encodeName(name))).toBe(name)
        expect(encodeName(name)).toMatch(/^[A-Za-z0-9_=-]+$/)
      }),
    )
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'abAB=.-_0123456789abcdef') }), (token) => {
        const name = decodeName(token)
        if (name !== undefined) expect(encodeName(name)).toBe(token)
      }),
    )
  })

  it.each(['a b', 'a=3', 'a=3A', '=61', '=ff', 'a.b', ''])('%s is no token of ours', (token) => {
    expect(decodeName(token)).toBeUndefined()
  })

  it('keeps rooms of different prefixes and keys apart', () => {
    const names = [
      ['rally', 'a_b'],
      ['rally_a', 'b'],
      ['rally', 'a.b'],
      ['rally', 'a-b'],
    ].map(([prefix = '', key = '']) => roomNames(prefix, key))
    expect(new Set(names.map(({ stream }) => stream)).size).toBe(4)
    expect(new Set(names.map(({ subjects }) => subjects)).size).toBe(4)
    expect(roomNames('rally', 'my.app').box('agent:x')).toBe('rally.my=2eapp.box.agent=3ax')
    expect(roomNames('rally', 'k').boxOf('rally.k.box.agent=3ax')).toBe('agent:x')
    expect(roomNames('rally', 'my.app').key('state', 'lease', 'lead')).toBe('$KV.rally_state.my=2eapp.lease.lead')
  })
})
