import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { innerTimeout } from './hook-budget.js'
import { isChannelName, normalizeRepoDir, slugOf } from './slug.js'

interface Vectors {
  readonly vectors: readonly { readonly args: readonly unknown[]; readonly returns: unknown }[]
}

function vectors(name: string): Vectors['vectors'] {
  const path = fileURLToPath(new URL(`../../../../test/golden/vectors/${name}.json`, import.meta.url))
  return (JSON.parse(readFileSync(path, 'utf8')) as Vectors).vectors
}

describe('normalizeRepoDir', () => {
  it.each(vectors('normalize_repo_dir'))('is what was recorded for $args', ({ args, returns }) => {
    expect(normalizeRepoDir(String(args[0]))).toBe(returns)
  })
})

describe('slugOf', () => {
  it.each([
    ['/home/dev/demo-app', 'demo-app'],
    ['/home/dev/--Foo..Bar--', 'foo..bar'],
    ['/home/dev/café-über', 'caf-ber'],
    ['/home/dev/.dotfiles', 'dotfiles'],
    ['/home/dev/...', 'repository'],
    ['/home/dev/日本語', 'repository'],
    ['/home/dev/_unscoped', 'unscoped'],
    ['/', 'repository'],
    ['/srv/.-odd', 'odd'],
  ])('%s → %s', (root, slug) => {
    expect(slugOf(root)).toBe(slug)
    expect(isChannelName(slug)).toBe(true)
  })
})

describe('isChannelName', () => {
  it.each(['', '.x', '..', 'a/b', 'a b', '-x', 'x'.repeat(129), 'a\n'])('refuses %j', (name) => {
    expect(isChannelName(name)).toBe(false)
  })
})

describe('innerTimeout', () => {
  it.each(vectors('hook_budget'))('is what was recorded for $args', ({ args, returns }) => {
    const [margin, budget] = args
    expect(innerTimeout(Number(margin), budget === null ? undefined : String(budget))).toBe(returns)
  })
})
