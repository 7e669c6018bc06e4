import type { CoordinationPort } from '@rally/core/ports/coordination'
import type { RunIdentityPort } from '@rally/core/ports/run-identity'
import { CONTRIBUTION_TOKENS, TOKENS } from '@rally/core/tokens'
import { describe, expect, it } from 'vitest'
import { collectContributions } from './collect-contributions.js'
import { createPorts, type Ports } from './ports.js'
import { joinCoordinations, joinRunIdentities } from './resolve-together.js'

const OWN = Symbol.for('acme:thing')
const tools = { git: () => ({ code: 0, stderr: '' }) }

/** Ports with what these plugins register; each is what its `register` file exports. */
function portsOf(plugins: Readonly<Record<string, unknown>>): Ports {
  const list = Object.entries(plugins).map(([plugin, register]) => ({ plugin, load: () => register }))
  return createPorts({ collect: () => collectContributions(list), tools })
}

type Register = (api: { tokens: typeof CONTRIBUTION_TOKENS; register: (token: symbol, make: unknown) => void }) => void
const registers = (token: symbol, make: unknown): Register => {
  return ({ register }) => register(token, make)
}

describe('what plugins register', () => {
  it('is resolved together, in the order of the plugins, each made once and only when it is asked for', () => {
    const made: string[] = []
    const thing = (name: string) => registers(OWN, () => made.push(name) && { name })
    const ports = portsOf({ a: thing('a'), b: thing('b'), c: registers(TOKENS.runIdentity, () => made.push('c')) })
    expect(made).toEqual([])
    expect(ports.all(OWN)).toEqual([{ name: 'a' }, { name: 'b' }])
    expect(ports.all(OWN)[0]).toBe(ports.all(OWN)[0])
    expect(made).toEqual(['a', 'b'])
    expect(ports.all(Symbol.for('acme:other'))).toEqual([])
    expect(ports.refused()).toEqual([])
  })

  it('gets what a factory needs, and the tokens that rally resolves', () => {
    let seen: unknown
    const ports = portsOf({
      a: ({ tokens, register }: Parameters<Register>[0]) => {
        seen = tokens
        register(OWN, (given: unknown) => ({ given }))
      },
    })
    expect(ports.all(OWN)).toEqual([{ given: tools }])
    expect(seen).toEqual(CONTRIBUTION_TOKENS)
  })

  it('is left out whole, with the name of the plugin, when the plugin fails half-way', () => {
    const ports = portsOf({
      a: registers(OWN, () => 'a'),
      'half way': ({ register }: Parameters<Register>[0]) => {
        register(OWN, () => 'never')
        throw new Error('no disk\nat somewhere')
      },
      'no function': 'x',
      'no token': registers('name' as never, () => 1),
      'no factory': registers(OWN, { ready: true }),
    })
    expect(ports.all(OWN)).toEqual(['a'])
    expect(ports.refused()).toEqual([
      { plugin: 'half way', reason: 'no disk' },
      { plugin: 'no function', reason: expect.stringContaining('does not export a function') },
      { plugin: 'no token', reason: expect.stringContaining('a symbol') },
      { plugin: 'no factory', reason: expect.stringContaining('a factory') },
    ])
  })

  it('is left out by itself when only its factory fails', () => {
    const fails = registers(OWN, () => {
      throw new Error('cannot be made')
    })
    const ports = portsOf({ fails, works: registers(OWN, () => 'made') })
    expect(ports.all(OWN)).toEqual(['made'])
    expect(ports.all(OWN)).toEqual(['made'])
    expect(ports.refused()).toEqual([{ plugin: 'fails', reason: 'cannot be made' }])
  })
})

describe('a port of the program', () => {
  it('is made once, by its last maker', () => {
    const ports = portsOf({})
    ports.once(TOKENS.clock, () => ({ first: true }))
    ports.once(TOKENS.clock, () => ({ last: true }))
    expect(ports.get(TOKENS.clock)).toEqual({ last: true })
    expect(ports.get(TOKENS.clock)).toBe(ports.get(TOKENS.clock))
    expect(() => ports.get(TOKENS.ids)).toThrow(/unregistered/)
  })
})

describe('several suppliers', () => {
  const run = (id: string) => ({ build_loop_id: id, build_loop_started_at: null, build_loop_run_label: null })
  const supplier = (name: string, knows: string): RunIdentityPort => ({
    read: async (workdir) => (workdir === knows ? run(name) : undefined),
    generateOrResume: async () => ({ ...run(name), resumed: false }),
  })

  it('of runs: the one that knows the run of a folder, else the first', async () => {
    const joined = joinRunIdentities([supplier('one', '/1'), supplier('two', '/2')])
    expect(await joined?.read('/2')).toEqual(run('two'))
    expect(await joined?.read('/3')).toBeUndefined()
    const start = (workdir: string) => joined?.generateOrResume({ workdir, tool: 't', sessionId: 's' })
    expect(await start('/2')).toMatchObject({ build_loop_id: 'two' })
    expect(await start('/3')).toMatchObject({ build_loop_id: 'one' })
    expect(joinRunIdentities([])).toBeUndefined()
  })

  it('of coordination files: the first file that one of them finds', async () => {
    const finds = (path: string | undefined): CoordinationPort => ({
      locate: async () => (path === undefined ? undefined : { path, text: '' }),
    })
    expect(await joinCoordinations([finds(undefined), finds('b'), finds('c')])?.locate('/')).toMatchObject({
      path: 'b',
    })
    expect(await joinCoordinations([finds(undefined), finds(undefined)])?.locate('/')).toBeUndefined()
    expect(joinCoordinations([])).toBeUndefined()
  })
})
