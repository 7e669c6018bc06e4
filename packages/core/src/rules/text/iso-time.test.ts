import { describe, expect, it } from 'vitest'
import { formatIsoMicros, formatIsoSeconds, parseIsoTime } from './iso-time.js'

describe('iso-time', () => {
  it('cuts the fraction of a fact time', () => {
    expect(formatIsoSeconds(1795000000.999)).toBe('2026-11-18T11:06:40Z')
  })

  it('always shows six digits and the zone of a lease time', () => {
    expect(formatIsoMicros(1795000000)).toBe('2026-11-18T11:06:40.000000+00:00')
    expect(formatIsoMicros(1795000000.25)).toBe('2026-11-18T11:06:40.250000+00:00')
    expect(formatIsoMicros(1795000000.9999998)).toBe('2026-11-18T11:06:41.000000+00:00')
  })

  it.each([
    ['2026-11-18T11:06:40Z', 1795000000],
    ['2026-11-18T11:06:40.250000+00:00', 1795000000.25],
    ['2026-11-18T13:06:40+02:00', 1795000000],
    ['2026-11-18T13:06:40+0200', 1795000000],
    ['2026-11-18 11:06:40', 1795000000],
    ['2026-11-18T11:06Z', 1794999960],
    ['2026-11-18', 1794960000],
  ])('reads %s', (text, seconds) => {
    expect(parseIsoTime(text)).toBeCloseTo(seconds, 6)
  })

  it.each([
    'whenever',
    '',
    '+30m',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-11-18T25:00:00Z',
    5,
    null,
    '2026-11-18T11:06:40+99:00',
  ])('finds no instant in %s', (value) => {
    expect(parseIsoTime(value)).toBeUndefined()
  })

  it('reads back what it writes', () => {
    for (const ts of [0, 1, 1795000000.123456, 4102444799.5]) {
      expect(parseIsoTime(formatIsoMicros(ts))).toBeCloseTo(ts, 5)
      expect(parseIsoTime(formatIsoSeconds(ts))).toBe(Math.floor(ts))
    }
  })
})
