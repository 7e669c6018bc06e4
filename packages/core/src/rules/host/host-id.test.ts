import { expect, it } from 'vitest'
import { hostIdOf } from './host-id.js'

it.each([
  ['codex', 'codex'],
  ['claude-code', 'claude_code'],
  ['a', 'a'],
  [`a${'b'.repeat(31)}`, `a${'b'.repeat(31)}`],
])('%s is %s', (word, id) => expect(hostIdOf(word)).toBe(id))

it.each(['', 'Codex', '1a', '_a', 'a b', `a${'b'.repeat(32)}`, 'a/b', 'xa!', 7, null])('%j is none', (word) =>
  expect(hostIdOf(word)).toBeUndefined(),
)
