import { expect, it } from 'vitest'
import { Access } from './access.js'
import { rateLimit } from './rate-limit.js'

it('a token is good for a minute', () => {
  let now = 1000
  const access = new Access(() => now)
  const [early, late] = [access.issueToken(), access.issueToken()]
  now += 59
  expect(access.redeem(early)).toContain('HttpOnly; SameSite=Strict')
  now += 1
  expect(access.redeem(late)).toBeUndefined()
})

it('a token is good once, and only a few wait at a time', () => {
  const access = new Access(() => 0)
  const tokens = Array.from({ length: 21 }, () => access.issueToken())
  expect(access.redeem(tokens[0] ?? '')).toBeUndefined()
  expect(access.redeem(tokens[1] ?? '')).toBeDefined()
  expect(access.redeem(tokens[1] ?? '')).toBeUndefined()
})

it('the secret of a page is its own', () => {
  const access = new Access(() => 0)
  const page = access.addPage()
  expect(access.isPage(page)).toBe(true)
  expect(access.isPage(new Access(() => 0).addPage())).toBe(false)
  expect(access.isPage(undefined)).toBe(false)
})

it('a rate refills with time', () => {
  let now = 0
  const limit = rateLimit({ burst: 2, perSecond: 1 }, () => now)
  expect([limit.take(), limit.take(), limit.take()]).toEqual([true, true, false])
  now = 1
  expect([limit.take(), limit.take()]).toEqual([true, false])
})
