import { describe, expect, it } from 'vitest'
import type { Configuration } from '../../model/configuration.js'
import { mergeConfiguration } from './merge-configuration.js'

const merge = (user: Configuration, repository: Configuration = {}, environment: Configuration = {}) =>
  mergeConfiguration({ user, repository, environment })

describe('mergeConfiguration', () => {
  it('adds nothing of its own', () => {
    expect(merge({})).toEqual({})
    expect(merge({ durability: 'synced' })).toEqual({ durability: 'synced' })
    expect(merge({}, { hooks: { budget: 300 } })).toEqual({ hooks: { budget: 300 } })
  })

  it('lets the environment win over the files', () => {
    const user = { apps_root: '/user', durability: 'fast', relay: { to: 'nats://a', prefix: 'p' } } as const
    expect(merge(user, {}, { apps_root: '/env', relay: { to: 'nats://b' } })).toEqual({
      apps_root: '/env',
      durability: 'fast',
      relay: { to: 'nats://b', prefix: 'p' },
    })
  })

  it('takes the relay channel of the repository, and the rest of the user', () => {
    expect(merge({ relay: { to: 'nats://a', channel: 'mine' } }, { relay: { channel: 'ours' } }).relay).toEqual({
      to: 'nats://a',
      channel: 'ours',
    })
  })

  it.each([
    [{ enabled: true }, { enabled: false }, { enabled: false }],
    [{ enabled: false }, { enabled: true }, { enabled: false }],
    [{ enabled: true }, { enabled: true }, { enabled: true }],
    [{ budget: 500 }, { budget: 5000 }, { budget: 500 }],
    [{ budget: 5000 }, { budget: 500 }, { budget: 500 }],
    [{ budget: 500 }, {}, { budget: 500 }],
    [{ collision: 'warn' }, { collision: 'deny' }, { collision: 'deny' }],
    [{ collision: 'warn' }, { collision: 'off' }, { collision: 'off' }],
    [{ collision: 'deny' }, { collision: 'warn' }, { collision: 'deny' }],
    [{ collision: 'off' }, { collision: 'warn' }, { collision: 'off' }],
    [{ collision: 'off' }, { collision: 'deny' }, { collision: 'off' }],
    [{}, { collision: 'deny' }, { collision: 'deny' }],
  ] as const)('hooks %j and a repository that says %j make %j', (user, repository, hooks) => {
    expect(merge({ hooks: user }, { hooks: repository }).hooks).toEqual(hooks)
  })

  it.each([
    [undefined, 'deny', 'deny'],
    ['warn', 'deny', 'deny'],
    ['deny', 'warn', 'deny'],
    ['deny', 'off', 'off'],
    ['off', 'deny', 'off'],
    ['warn', undefined, 'warn'],
    [undefined, undefined, undefined],
  ] as const)('guard %j and a repository that says %j make %j', (user, repository, guard) => {
    expect(merge({ guard: user }, { guard: repository }).guard).toBe(guard)
  })

  it('a repository forbids that prompts are shown, and allows nothing that the user forbade', () => {
    expect(merge({ picture: { prompts: 'agents' } }, { picture: { prompts: 'off' } }).picture).toEqual({
      prompts: 'off',
    })
    expect(merge({ picture: { prompts: 'off' } }, { picture: {} }).picture).toEqual({ prompts: 'off' })
    expect(merge({ picture: { prompts: 'agents' } }).picture).toEqual({ prompts: 'agents' })
  })

  it('lets the environment silence hooks', () => {
    expect(merge({ hooks: { enabled: true, budget: 300 } }, {}, { hooks: { enabled: false } }).hooks).toEqual({
      enabled: false,
      budget: 300,
    })
  })
})
