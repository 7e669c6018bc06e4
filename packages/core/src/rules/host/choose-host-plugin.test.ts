import { describe, expect, it } from 'vitest'
import { chooseHostPlugin } from './choose-host-plugin.js'

const own = { plugin: '@rally/host-x', api: 1 }
const other = { plugin: '@acme/host-x', api: 1 }
const third = { plugin: '@third/host-x', api: 1 }
const bundled = ['@rally/host-x']

describe('chooseHostPlugin', () => {
  it('uses the only one', () => {
    expect(chooseHostPlugin([other], bundled, 1)).toEqual({ used: other, refused: [] })
    expect(chooseHostPlugin([], bundled, 1)).toEqual({ used: undefined, refused: [] })
  })

  it('refuses another contract', () => {
    for (const api of [2, '1', null, undefined]) {
      const { used, refused } = chooseHostPlugin([{ ...own, api }], bundled, 1)
      expect(used).toBeUndefined()
      expect(refused[0]?.reason).toMatch(/^it declares api .+, this rally needs 1$/)
    }
  })

  it('leaves the host to the one that comes with rally', () => {
    const { used, refused } = chooseHostPlugin([other, own], bundled, 1)
    expect(used).toBe(own)
    expect(refused).toEqual([{ candidate: other, reason: 'the host is also supplied by @rally/host-x' }])
  })

  it('refuses all when none of several comes with rally', () => {
    const { used, refused } = chooseHostPlugin([other, third], bundled, 1)
    expect(used).toBeUndefined()
    expect(refused.map(({ candidate, reason }) => [candidate.plugin, reason])).toEqual([
      ['@acme/host-x', 'the host is also supplied by @third/host-x'],
      ['@third/host-x', 'the host is also supplied by @acme/host-x'],
    ])
  })

  it('does not count one of another contract', () => {
    expect(chooseHostPlugin([{ ...own, api: 9 }, other], bundled, 1).used).toBe(other)
  })
})
