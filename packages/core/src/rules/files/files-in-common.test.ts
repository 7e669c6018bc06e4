import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPlainName, overlapOf, parseFilePattern } from './file-pattern.js'
import { filesInCommon, indexFiles } from './files-in-common.js'

const common = (theirs: string[], ours: string[]) => filesInCommon(theirs, indexFiles(ours))

describe('filesInCommon', () => {
  it.each([
    [
      ['a.ts', 'b.ts'],
      ['b.ts', 'a.ts', 'c.ts'],
      ['a.ts', 'b.ts'],
    ],
    [['src/**'], ['src/a.ts', 'b.ts'], ['src/a.ts']],
    [['src/a.ts', 'b.ts'], ['src/**'], ['src/a.ts']],
    [['lib/'], ['lib/x.ts'], ['lib/x.ts']],
    [['lib/x.ts'], ['lib'], ['lib/x.ts']],
    [['src/*.ts'], ['src/**'], ['src/*.ts']],
    [['.'], ['a.ts'], ['a.ts']],
    [['a.ts'], ['.'], ['a.ts']],
    [['./a.ts'], ['a.ts'], ['./a.ts']],
    [['src/?.ts'], ['src/a.ts'], []],
    [['src/b.ts'], ['**/a.ts'], []],
    [['srcs/a.ts'], ['src'], []],
    [[], ['a'], []],
    [['a'], [], []],
  ])('%j and %j have %j', (theirs, ours, files) => {
    expect(common(theirs, ours)).toEqual(files)
  })

  it('finds exactly what comparing each with each finds', () => {
    const entry = fc.constantFrom(
      'a',
      'a/',
      'a/b',
      'a/b/c',
      'a/*',
      'a/**',
      '**/c',
      '*',
      '**',
      'b',
      '.',
      'a/*/c',
      'ab',
      './a',
    )
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 5 }), fc.array(entry, { maxLength: 5 }), (theirs, ours) => {
        const isShared = theirs.some((one) =>
          ours.some((two) => one === two || overlapOf(parseFilePattern(one), parseFilePattern(two)) === 'certain'),
        )
        const found = common(theirs, ours)
        expect(found.length > 0).toBe(isShared)
        for (const file of found) expect([...theirs, ...ours]).toContain(file)
        if (found.some((file) => !isPlainName(parseFilePattern(file))))
          expect([...theirs, ...ours].join()).toContain('*')
      }),
      { numRuns: 2000 },
    )
  })
})
