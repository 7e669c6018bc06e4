import { expect, it } from 'vitest'
import { isSameTree } from './same-tree.js'

const same = (a: string | undefined, b: string | undefined, paths = ['/w', '/w']) =>
  isSameTree({ worktree: paths[0] ?? null, tree: a }, { worktree: paths[1] ?? null, tree: b })

it('knows one folder under two names by its numbers', () => {
  expect(same('1.2.3', '1.2.3', ['/home/shop', '/workspace'])).toBe(true)
  expect(same('1.2.', '1.2.3', ['/home/shop', '/workspace'])).toBe(true)
  expect(same('9.2.3', '1.2.3', ['/home/shop', '/workspace'])).toBe(true)
})

it('tells two folders of one name apart by their numbers', () => {
  for (const other of ['1.5.3', '9.5.3', '9.2.', '9.2.7', '1.2.7']) expect(same('1.2.3', other), other).toBe(false)
})

it('goes by the path where numbers are missing', () => {
  expect(same(undefined, '1.2.3')).toBe(true)
  expect(same(undefined, undefined, ['/a', '/b'])).toBe(false)
  expect(isSameTree({ worktree: null }, { worktree: null })).toBe(false)
})
