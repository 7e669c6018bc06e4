import { describe, expect, it } from 'vitest'
import { cutEnd, cutMiddle, displayWidth } from './display-width.js'

describe('text', () => {
  it('width counts columns', () => {
    expect([displayWidth('abc'), displayWidth('你好'), displayWidth('e\u0301')]).toEqual([3, 4, 1])
  })
  it('cuts keep the ends that matter', () => {
    expect(cutMiddle('/home/dev/projects/app', 12)).toBe('/ho…ects/app')
    expect(cutEnd('a long sentence', 7)).toBe('a long…')
    expect(displayWidth(cutMiddle('你'.repeat(30), 11))).toBeLessThanOrEqual(11)
  })
})
