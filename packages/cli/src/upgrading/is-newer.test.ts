import { expect, it } from 'vitest'
import { isNewer } from './is-newer.js'

const RISING = ['0.1.0-beta.2', '0.1.0-beta.10', '0.1.0', '0.1.1', '0.2.0', '0.10.0', '1.0.0-rc.1', '1.0.0', '10.0.0']

it('follows semantic versioning', () => {
  for (const [at, version] of RISING.entries())
    for (const [other, than] of RISING.entries()) expect(isNewer(version, than), `${version} ${than}`).toBe(at > other)
  expect(isNewer('1.0.0+b', '1.0.0+a')).toBe(false)
})
