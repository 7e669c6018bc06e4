import { describe, expect, it } from 'vitest'
import { createHostApi } from './host-api.js'

describe('createHostApi', () => {
  it('hands out total readers under api 1', () => {
    const api = createHostApi()
    expect(api.api).toBe(1)
    expect([api.str(7), api.str(undefined, 'x'), api.obj([1]), api.list({})]).toEqual(['', 'x', {}, []])
  })
})
