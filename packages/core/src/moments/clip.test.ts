import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clip } from './clip.js'

describe('clip', () => {
  it('keeps a text that fits', () => {
    expect(clip('four', 4)).toBe('four')
  })

  it('cuts a longer one with an ellipsis and not through a character', () => {
    expect(clip('fours', 4)).toBe('fou…')
    expect(clip('ab\u{1f600}cd', 4)).toBe('ab…')
  })

  it('is never longer than its limit and always well formed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(20), (text, limit) => {
        const half = text.slice(1)
        const out = clip(half, limit)
        expect(out.length).toBeLessThanOrEqual(limit)
        expect(JSON.stringify(out)).not.toMatch(/\\ud[89a-f]/)
      }),
    )
  })
})
