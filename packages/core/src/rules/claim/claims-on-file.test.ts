import { expect, it } from 'vitest'
import { claimOnFile } from './claims-on-file.js'

const on = (patterns: string[], path: string, caseInsensitive = false) =>
  claimOnFile({ patterns }, path, caseInsensitive)

it.each([
  [['src/a.ts'], 'src/a.ts', 'src/a.ts'],
  [['lib/', 'src/'], 'src/deep/a.ts', 'src/'],
  [['src/*.ts'], 'src/a.ts', 'src/*.ts'],
  [['app/{a,b}.ts'], 'app/{a,b}.ts', 'app/{a,b}.ts'],
])('%j names %s for certain', (patterns, path, pattern) => {
  expect(on(patterns, path)).toEqual({ pattern, overlap: 'certain' })
})

it('what may be meant counts only where nothing is certain', () => {
  expect(on(['src/{a,b}.ts'], 'src/a.ts')).toEqual({ pattern: 'src/{a,b}.ts', overlap: 'possible' })
  expect(on(['src/?.ts', 'src/{a,b}.ts'], 'src/a.ts')?.pattern).toBe('src/?.ts')
  expect(on(['src/?.ts', 'src/a.ts'], 'src/a.ts')).toEqual({ pattern: 'src/a.ts', overlap: 'certain' })
})

it.each([
  [['src/b.ts'], 'src/a.ts'],
  [['src'], 'src/a.ts'],
  [[], 'a'],
  [['lib/{a,b}.ts'], 'src/a.ts'],
] as [string[], string][])('%j does not name %s', (patterns, path) => expect(on(patterns, path)).toBeUndefined())

it('letter case counts where the file system heeds it', () => {
  expect(on(['SRC/A.ts'], 'src/a.ts')).toBeUndefined()
  expect(on(['SRC/A.ts'], 'src/a.ts', true)).toEqual({ pattern: 'SRC/A.ts', overlap: 'certain' })
})
