import { describe, expect, it } from 'vitest'
import { compileGlob, matchEntry, normalizePath } from './glob.js'

describe('compileGlob', () => {
  it.each([
    ['src/*.ts', 'src/a.ts', true],
    ['src/*.ts', 'src/x/a.ts', false],
    ['src/**', 'src/x/a.ts', true],
    ['src/**', 'src', false],
    ['src/**/*.ts', 'src/a.ts', true],
    ['src/**/*.ts', 'src/x/y/a.ts', true],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['[ab].md', 'b.md', true],
    ['[!ab].md', 'b.md', false],
    ['[!ab].md', 'c.md', true],
    ['[a', '[a', true],
    ['[0-9]x', '7x', true],
    ['[0-9]x', '-x', false],
    ['a[!b]c', 'a/c', false],
    ['[]a]', ']', true],
    ['[]a]', 'a', true],
    ['[!]a]', ']', false],
    ['[!]a]', 'b', true],
    ['[^a]', '^', true],
    ['[^a]', 'b', false],
    ['[\\]', '\\', true],
    ['[!a]', '!', true],
    ['[z-a]', 'm', false],
    ['[z-a]', 'S', false],
    ['[z-ab]', 'b', true],
    ['[!z-a]', 'm', true],
    ['x]', 'x]', true],
    ['**', 'a\nb', true],
    ['a.b', 'axb', false],
    ['./src//x', 'src/x', true],
  ])('%s on %s: %s', (glob, path, expected) => {
    expect(compileGlob(glob)(path)).toBe(expected)
  })
})

it('matches from the beginning: nothing is passed over before the first star', () => {
  for (const [glob, path] of [
    ['b?', 'abc'],
    ['?b', 'aab'],
    ['b/?', 'a/b/c'],
    ['[b]', 'ab'],
  ] as const)
    expect(compileGlob(glob)(path), glob).toBe(false)
})

describe('a glob that regular expressions would try in endless ways', () => {
  const long = 'a'.repeat(20_000)
  it.each([
    [`${'*a'.repeat(30)}*b`, long, false],
    [`${'*a'.repeat(30)}*b`, `${long}b`, true],
    [`${'**/*a/'.repeat(20)}b`, `${'a/'.repeat(2_000)}c`, false],
    [`${'**/'.repeat(20)}b`, `${'a/'.repeat(2_000)}b`, true],
    [`${'?*'.repeat(30)}[!a]`, long, false],
  ])('is decided: %.20s', (glob, path, expected) => {
    expect(compileGlob(glob)(path)).toBe(expected)
  })

  it.each([
    ['a/**/b/**/c', 'a/b/x/b/y/c', true],
    ['a/**/b/**/c', 'a/x/y/c', false],
    ['**/b', 'b', true],
    ['**', 'a', true],
    ['**', '', false],
    ['a/**', 'a/', false],
    ['*', '', true],
    ['*.test.*', 'x.test.test.ts', true],
  ])('%s on %s: %s', (glob, path, expected) => {
    expect(compileGlob(glob)(path)).toBe(expected)
  })
})

describe('matchEntry', () => {
  const files = ['a/b.md', 'a/c/d.md', 'ab.md']
  it('names a file, a folder or a glob', () => {
    expect(matchEntry('ab.md', files)).toEqual(['ab.md'])
    expect(matchEntry('a', files)).toEqual(['a/b.md', 'a/c/d.md'])
    expect(matchEntry('a/', files)).toEqual(['a/b.md', 'a/c/d.md'])
    expect(matchEntry('**/*.md', files)).toEqual(files)
    expect(matchEntry('a/*.md', files)).toEqual(['a/b.md'])
    expect(matchEntry('nothing', files)).toEqual([])
  })
})

it('normalizes paths', () => {
  expect(normalizePath('./a//b/./c')).toBe('a/b/c')
  expect(normalizePath('/a//b/')).toBe('/a/b')
})
