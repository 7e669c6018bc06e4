import { expect, it } from 'vitest'
import { isSessionName, nameStem, writerName } from './session-names.js'

it('another process with a conversation open is called after the first one', () => {
  const of = (sessionId: string, first: string | undefined = 'claude-1') =>
    writerName(first, { sessionId, conversation: 's' })
  expect([of('s.2'), of('s.3'), of('s.9')]).toEqual(['claude-1b', 'claude-1c', 'claude-1i'])
  for (const other of ['s', 's.1', 's.10', 's.2.kid', 's.kid', 't.2']) expect(of(other), other).toBeUndefined()
  expect(writerName(undefined, { sessionId: 's.2', conversation: 's' })).toBeUndefined()
  expect(of('s.2', 'claude-1.1')).toBeUndefined()
})

it('such names are names, and so are those of their subagents', () => {
  expect(isSessionName('claude-1b')).toBe(true)
  expect(nameStem('claude_code', { parent: 'claude-1b' })).toBe('claude-1b.')
  expect(isSessionName('claude-1b.1')).toBe(true)
})
