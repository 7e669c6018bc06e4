import { expect, it } from 'vitest'
import { findOthersWork, type WorkOn } from './others-work.js'

const on = (path: string, more: Partial<WorkOn> = {}): WorkOn => ({
  ...{ sessionId: 'one', path, last: 100, announced: true },
  ...more,
})
const found = (files: string[], work: WorkOn[], caseInsensitive = false) =>
  findOthersWork({ files, work, claims: [], caseInsensitive }).map(({ path }) => path)

const FILES = ['lib/a.ts', 'src/a.ts', 'src/deep/b.ts', 'src/deep/er/c.ts', 'srcs/d.ts']

it('what a session announces may be a file, a folder with or without its slash, or a glob', () => {
  const below = ['src/deep/b.ts', 'src/deep/er/c.ts']
  const all = ['src/a.ts', ...below]
  const cases: [string, string[]][] = [
    ['src/a.ts', ['src/a.ts']],
    ['./src/a.ts', ['src/a.ts']],
    ['src', all],
    ['src/', all],
    ['./src//deep', below],
    ['src/deep/', below],
    ['src/**', all],
    ['**/b.ts', ['src/deep/b.ts']],
    ['src/de', []],
    ['docs', []],
    ['src/a.ts/x', []],
    ['.', FILES],
  ]
  for (const [path, expected] of cases) expect([path, ...found(FILES, [on(path)])]).toEqual([path, ...expected])
})

it('an edit is of that file alone', () => {
  expect(found(FILES, [on('src', { announced: false }), on('lib/a.ts', { announced: false })])).toEqual(['lib/a.ts'])
})

it('letter case counts where the file system says so', () => {
  expect(found(FILES, [on('SRC/Deep')])).toEqual([])
  expect(found(FILES, [on('SRC/Deep')], true)).toEqual(['src/deep/b.ts', 'src/deep/er/c.ts'])
})

it('of an untracked folder it names the file in it that is worked on', () => {
  expect(found(['new/'], [on('new/x.ts')])).toEqual(['new/x.ts'])
  expect(found(['new/'], [on('news/x.ts')])).toEqual([])
})

it('of two works of one session on a file it names the later', () => {
  const work = [on('src/a.ts', { last: 5 }), on('src', { last: 9 }), on('src/a.ts', { last: 7, sessionId: 'two' })]
  const entries = findOthersWork({ files: ['src/a.ts'], work, claims: [], caseInsensitive: false })
  expect(entries.map(({ sessionId, work: one }) => [sessionId, one?.path, one?.last])).toEqual([
    ['one', 'src', 9],
    ['two', 'src/a.ts', 7],
  ])
})
