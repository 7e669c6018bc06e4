import { expect, it } from 'vitest'
import { REASON_CODES } from '../../model/reason-codes.js'
import { TOLD_REASONS } from '../../model/told-reasons.js'
import { EXPLAINED_CODES, explain } from './explanations.js'

it.each([...REASON_CODES, ...TOLD_REASONS, 'guard'])('%s is explained in whole sentences', (code) => {
  const found = explain(code)
  expect(found?.code).toBe(code)
  expect(found?.means).toMatch(/^[A-Z].{10,}\.$/)
  expect(found?.do).toMatch(/^[A-Z].{5,}\.$/)
})

it('knows a code in any spelling, and no other word', () => {
  expect(explain('Changed-Outside_OWNED')?.code).toBe('changed_outside_owned')
  expect(explain('constructor')).toBeUndefined()
  expect(new Set(EXPLAINED_CODES).size).toBe(EXPLAINED_CODES.length)
})
