import { expect, it } from 'vitest'
import { createPatience } from './patience.js'

function withClock(limitMs: number) {
  const clock = { ms: 0 }
  return { clock, waited: createPatience({ limitMs, now: () => clock.ms }) }
}

it('waits for as long as it was told, then gives up', () => {
  const { clock, waited } = withClock(40)
  const answers = [10, 20, 35, 49, 50].map((ms) => {
    clock.ms = ms
    return waited('one')
  })
  // The first look finds a holder that was not known: its waiting begins there.
  expect(answers).toEqual([0, 10, 25, 39, undefined])
})

it('each holder is waited for anew, so that a long queue is no reason to give up', () => {
  const { clock, waited } = withClock(30)
  for (let turn = 0; turn < 50; turn++) {
    clock.ms += 15
    expect(waited(`holder ${turn}`)).toBe(0)
    clock.ms += 15
    expect(waited(`holder ${turn}`)).toBe(15)
  }
})

it('time in which it was not run is hardly counted, and a clock that goes back not at all', () => {
  const { clock, waited } = withClock(100)
  waited('one')
  clock.ms += 3_600_000
  expect(waited('one')).toBe(20)
  clock.ms -= 3_600_000
  expect(waited('one')).toBe(20)
  clock.ms += 5
  expect(waited('one')).toBe(25)
})

it('without a known holder it is one wait', () => {
  const { clock, waited } = withClock(15)
  clock.ms = 10
  expect(waited()).toBe(10)
  clock.ms = 15
  expect(waited()).toBeUndefined()
})
