import { describe, expect, it } from 'vitest'
import { countSteps } from '../../../../../test/support/count-steps.js'
import { matchesFile, overlapOf, parseFilePattern } from './file-pattern.js'
import { filesInCommon, indexFiles } from './files-in-common.js'

const steps = (work: () => unknown) =>
  countSteps(['rules/files/file-pattern.ts', 'rules/files/files-in-common.ts'], work)

/** What makes a matcher with backtracking, or a regular expression, search for ever. */
const CRUEL: readonly (readonly [string, (n: number) => readonly [pattern: string, path: string]])[] = [
  ['stars in a name', (n) => [`${'*a'.repeat(n)}b`, 'a'.repeat(n)]],
  ['stars between stars', (n) => [`${'**/a*/'.repeat(n)}b`, 'a/'.repeat(n)]],
  ['folders', (n) => [`${'**/a/'.repeat(n)}b`, 'a/'.repeat(n)]],
  ['single stars', (n) => [`${'*/'.repeat(n)}b`, 'a/'.repeat(n)]],
  ['open braces', (n) => ['{,'.repeat(n), 'a']],
  ['braces in braces', (n) => [`${'{,'.repeat(n)}}`, 'a']],
  ['question marks', (n) => ['?*'.repeat(n), 'a'.repeat(n)]],
  ['slashes', (n) => [`a${'/'.repeat(n)}b*`, `a${'/'.repeat(n)}b`]],
]

describe('the steps of a pattern', () => {
  it.each(CRUEL)('%s: no more than the pattern’s parts times the path’s', async (_, make) => {
    for (const n of [40, 160, 640]) {
      const [pattern, path] = make(n)
      const parts = (text: string) => text.split('/').length
      const product = parts(pattern) * parts(path)
      const counted = await steps(() => {
        const parsed = parseFilePattern(pattern)
        matchesFile(parsed, path)
        overlapOf(parsed, parseFilePattern(path))
      })
      expect(counted, `${n}`).toBeGreaterThan(0)
      // A name's own stars count with its characters.
      expect(counted, `${n}`).toBeLessThan(40 * (product + pattern.length + path.length) + 1000)
    }
  })

  it('grow with a list of names as the list does, however deep the names are', async () => {
    const names = (n: number) => Array.from({ length: n }, (_, at) => `${'a/'.repeat(n / 4)}${at}.ts`)
    const count = (n: number) => steps(() => filesInCommon(names(n), indexFiles(names(n).map((one) => `x/${one}`))))
    const [few, many] = [await count(100), await count(400)]
    // Four times as many names, each four times as deep.
    expect(many / few).toBeLessThan(20)
  })

  it('are few for a text that is longer than any path', async () => {
    const long = ['*/'.repeat(500_000), 'a/'.repeat(500_000), '{,'.repeat(500_000)]
    const counted = await steps(() => {
      for (const one of long) {
        for (const two of long) filesInCommon([one], indexFiles([two, 'a.ts', '*.ts']))
        matchesFile(parseFilePattern('**/*.ts'), one)
        overlapOf(parseFilePattern('**/*.ts'), parseFilePattern(one))
      }
    })
    expect(counted).toBeLessThan(5_000_000)
    expect(filesInCommon([long[0] as string], indexFiles(long))).toEqual([long[0]])
  })
})
