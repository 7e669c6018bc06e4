import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchesFile, overlapOf, parseFilePattern } from './file-pattern.js'

const matches = (pattern: string, path: string, namesAreFiles = false) =>
  matchesFile(parseFilePattern(pattern, { namesAreFiles }), path)
const overlap = (a: string, b: string, namesAreFiles = false) => {
  const [one, two] = [parseFilePattern(a, { namesAreFiles }), parseFilePattern(b, { namesAreFiles })]
  const answer = overlapOf(one, two)
  expect(overlapOf(two, one), 'the same from both sides').toBe(answer)
  return answer
}

describe('matchesFile', () => {
  it.each([
    ['src/a.ts', 'src/a.ts'],
    ['./src//a.ts', 'src/a.ts'],
    ['src', 'src/deep/a.ts'],
    ['src/', 'src/deep/a.ts'],
    ['.', 'a.ts'],
    ['**', 'a.ts'],
    ['src/**', 'src/a.ts'],
    ['src/**', 'src/x/y/a.ts'],
    ['src/*', 'src/a.ts'],
    ['src/*.ts', 'src/a.ts'],
    ['**/*.ts', 'a.ts'],
    ['**/*.ts', 'x/y/a.ts'],
    ['src/**/test/*.ts', 'src/test/a.ts'],
    ['packages/*/test', 'packages/core/test/a.ts'],
    ['a*b*c', 'aXbbYc'],
    ['a**c', 'abc'],
    ['app/[id]/page.tsx', 'app/[id]/page.tsx'],
    ['what?.ts', 'what?.ts'],
    ['.github/*', '.github/x.yml'],
  ])('%s names %s', (pattern, path) => {
    expect(matches(pattern, path)).toBe(true)
  })

  it.each([
    ['src/a.ts', 'src/b.ts'],
    ['src/a.ts', 'src/a.tsx'],
    ['src', 'srcs/a.ts'],
    ['src/', 'src'],
    ['src/**', 'src'],
    ['src/*', 'src/x/a.ts'],
    ['*.ts', 'src/a.ts'],
    ['ab*ba', 'aba'],
    ['a*b*c', 'acb'],
    ['app/[id]/page.tsx', 'app/i/page.tsx'],
    ['what?.ts', 'whats.ts'],
    ['packages/*/test/', 'packages/test/a.ts'],
  ])('%s does not name %s', (pattern, path) => {
    expect(matches(pattern, path)).toBe(false)
  })

  it('takes a name for a file where that is known', () => {
    expect(matches('src', 'src/a.ts', true)).toBe(false)
    expect(matches('src', 'src', true)).toBe(true)
    expect(matches('src/', 'src/a.ts', true)).toBe(true)
  })

  it('finds an answer for what makes others search for ever', () => {
    const stars = `${'*a'.repeat(200)}b`
    expect(matches(stars, 'a'.repeat(4000))).toBe(false)
    expect(matches(`${'**/a/'.repeat(200)}b`, 'a/'.repeat(2000))).toBe(false)
    expect(overlap(`${'**/a*/'.repeat(150)}b`, `${'**/*a/'.repeat(150)}c`)).toBe('none')
  })
})

describe('overlapOf', () => {
  it.each([
    ['src', 'src/a.ts', 'certain'],
    ['src', 'src/*.ts', 'certain'],
    ['src/', 'src/**', 'certain'],
    ['src/*.ts', 'src/a*', 'certain'],
    ['src/*.ts', 'src/*.tsx', 'none'],
    ['src/a*', 'src/b*', 'none'],
    ['src/**', 'lib/**', 'none'],
    ['**/*.ts', 'src/**', 'certain'],
    ['**/a.ts', 'src/b.ts', 'none'],
    ['**/test/**', 'packages/core', 'none'],
    ['**/test/**', 'packages/core/', 'certain'],
    ['src/*/x.ts', 'src/b.ts', 'none'],
    ['**', 'anything', 'certain'],
    ['src/?.ts', 'src/a.ts', 'possible'],
    ['src/{a,b}.ts', 'src/b.ts', 'possible'],
    ['src/{a,b}.ts', 'src/c.tsx', 'none'],
    ['src/{a}.ts', 'src/a.ts', 'none'],
    ['app/[id]/page.tsx', 'app/[slug]/page.tsx', 'none'],
  ] as const)('%s and %s: %s', (a, b, answer) => {
    expect(overlap(a, b)).toBe(answer)
  })

  const NAMES = ['a', 'b', 'ab', 'ba', 'aab']
  /** Every path of at most three of the names. */
  const PATHS = NAMES.flatMap((one) => [
    one,
    ...NAMES.flatMap((two) => [`${one}/${two}`, ...NAMES.map((three) => `${one}/${two}/${three}`)]),
  ])
  const part = fc.constantFrom('a', 'b', 'ab', '*', 'a*', '*b', '*a*', 'a*b', '**')
  const pattern = fc
    .tuple(fc.array(part, { minLength: 1, maxLength: 3 }), fc.constantFrom('', '/'))
    .map(([parts, end]) => parts.join('/') + end)

  /** The plainest statement of a pattern: a regular expression. */
  const plain = (text: string) => {
    const parts = text
      .replace(/\/$/, '')
      .split('/')
      .filter((name, at, all) => name !== '**' || all[at - 1] !== '**')
    let source = ''
    parts.forEach((name, at) => {
      const isLast = at === parts.length - 1
      if (name === '**') source += isLast ? '[^/]+(?:/[^/]+)*' : '(?:[^/]+/)*'
      else source += name.replaceAll('*', '[^/]*') + (isLast ? '' : '/')
    })
    const below = text.endsWith('/') && parts.at(-1) !== '**' ? '/.+' : ''
    return new RegExp(`^${source}${below}$`)
  }

  it('agrees with regular expressions on every short path', () => {
    fc.assert(
      fc.property(pattern, (text) => {
        const expected = plain(text)
        for (const path of PATHS) expect(matches(text, path, true), `${text} ${path}`).toBe(expected.test(path))
      }),
      { numRuns: 300 },
    )
  })

  it('agrees with trying every short path; what it finds beyond them is a longer one', () => {
    fc.assert(
      fc.property(pattern, pattern, (a, b) => {
        const [one, two] = [plain(a), plain(b)]
        const common = PATHS.some((path) => one.test(path) && two.test(path))
        const answer = overlap(a, b, true)
        if (common) expect(answer).toBe('certain')
        else if (answer === 'certain') expect(isLonger(a, b)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  /** Whether a path of up to six names, each of up to six letters, is in both: the search that the rule saves. */
  function isLonger(a: string, b: string): boolean {
    const [one, two] = [plain(a), plain(b)]
    const names = ['x', 'a', 'b', 'ab', 'aa', 'bb', 'aab', 'abb', 'aba', 'bab']
    let paths = ['']
    for (let depth = 0; depth < 6; depth++) {
      paths = paths.flatMap((path) => names.map((name) => (path === '' ? name : `${path}/${name}`)))
      if (paths.some((path) => one.test(path) && two.test(path))) return true
      // Only what is a beginning of both is followed further.
      paths = paths.filter((path) => isBeginning(a, path) && isBeginning(b, path)).slice(0, 400)
    }
    return false
  }

  function isBeginning(text: string, path: string): boolean {
    const parts = text.replace(/\/$/, '').split('/')
    const names = path.split('/')
    const open = parts.indexOf('**')
    const known = open < 0 ? parts : parts.slice(0, open)
    return known
      .slice(0, names.length)
      .every((name, at) => new RegExp(`^${name.replaceAll('*', '.*')}$`).test(names[at] ?? ''))
  }
})
