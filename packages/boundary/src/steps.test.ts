import { expect, it } from 'vitest'
import { countSteps } from '../../../test/support/count-steps.js'
import { compileGlob } from './glob.js'

it.each<[string, (n: number) => [glob: string, path: string]]>([
  ['stars in a name', (n) => [`${'*a'.repeat(n)}b`, 'a'.repeat(n)]],
  ['folders', (n) => [`${'**/a/'.repeat(n)}b`, 'a/'.repeat(n)]],
  ['stars between folders', (n) => [`${'**/*a*/'.repeat(n)}b`, 'aa/'.repeat(n)]],
  ['classes', (n) => [`${'*[a-z]'.repeat(n)}0`, 'a'.repeat(n)]],
  ['open brackets', (n) => [`${'[a'.repeat(n)}`, '[a'.repeat(n)]],
])('%s: the steps are no more than both lengths multiplied', async (_, make) => {
  for (const n of [40, 160, 640]) {
    const [glob, path] = make(n)
    const counted = await countSteps(['boundary/src/glob.ts'], () => compileGlob(glob)(path))
    expect(counted, `${n}`).toBeGreaterThan(0)
    expect(counted, `${n}`).toBeLessThan(20 * glob.length * path.length + 1000)
  }
})
