import { describe, expect, it } from 'vitest'
import { type Ring, WAKE_WORDS } from '../../model/ring.js'
import { quieter, ringRefusal, ringsByItself } from './may-ring.js'

const NOW = 1_000_000
const ring = (session: string, at: number, by = 'x'): Ring => ({ at, session, by, message: null, done: true })
const ask = (session: string, rings: readonly Ring[], by = 'a', now = NOW) => ringRefusal({ now, by, session, rings })

describe('a ring', () => {
  it('is refused twice in two minutes, one that failed counts as well, and a clock that runs ahead', () => {
    expect(ask('s', [])).toBeUndefined()
    expect(ask('s', [ring('s', NOW - 119)])).toMatch('two minutes')
    expect(ask('s', [{ ...ring('s', NOW - 119), done: false }])).toMatch('two minutes')
    expect(ask('s', [ring('s', NOW + 1)])).toMatch('two minutes')
    expect(ask('s', [ring('s', NOW - 120), ring('t', NOW - 1)])).toBeUndefined()
  })

  it('never goes back to who rang the sender within ten minutes', () => {
    expect(ask('s', [ring('a', NOW - 599, 's')])).toMatch('ten minutes')
    expect(ask('s', [ring('a', NOW - 600, 's')])).toBeUndefined()
    expect(ask('s', [ring('a', NOW - 10, 'other')])).toBeUndefined()
    expect(ask('s', [ring('third', NOW - 10, 's')])).toBeUndefined()
  })

  it('happens six times an hour in a room', () => {
    const rings = Array.from({ length: 6 }, (_, index) => ring(`t${index}`, NOW - 600 * index - 1))
    expect(ask('s', rings)).toMatch('6 times')
    expect(ask('s', rings, 'a', NOW + 600)).toBeUndefined()
  })

  it('rings at most once in two minutes in a loop of two agents that answer each other', () => {
    const rings: Ring[] = []
    for (let now = NOW; now < NOW + 3600; now += 5) {
      const [by, session] = (now / 5) % 2 === 0 ? ['a', 'b'] : ['b', 'a']
      if (ringRefusal({ now, by, session, rings } as never) === undefined) rings.push(ring(String(session), now, by))
    }
    expect(rings.length).toBeLessThanOrEqual(6)
    for (const session of ['a', 'b']) {
      const times = rings.filter((one) => one.session === session).map(({ at }) => at)
      for (const [index, at] of times.entries())
        if (index > 0) expect(at - (times[index - 1] ?? 0)).toBeGreaterThanOrEqual(120)
    }
  })
})

it('what rings by itself grows with the word; of two the quieter holds', () => {
  const message = (asks: boolean, urgent: boolean) => WAKE_WORDS.map((wake) => ringsByItself(wake, { asks, urgent }))
  expect(message(false, false)).toEqual([false, false, false, false, true])
  expect(message(true, false)).toEqual([false, false, true, true, true])
  expect(message(false, true)).toEqual([false, false, false, true, true])
  expect([quieter('all', 'asked'), quieter('never', 'all'), quieter('asks', 'asks')]).toEqual([
    'asked',
    'never',
    'asks',
  ])
})
