import { expect, it } from 'vitest'
import { createIds } from './random-ids.js'

it('makes ids of the asked length that do not repeat', () => {
  const ids = createIds()
  expect(ids.hex(7)).toMatch(/^[0-9a-f]{7}$/)
  expect(ids.digits(6)).toMatch(/^\d{6}$/)
  expect(new Set(Array.from({ length: 1000 }, () => ids.hex(16))).size).toBe(1000)
})
