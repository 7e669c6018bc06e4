import { expect, it } from 'vitest'
import { withAuthors } from './author.js'

const names = new Map([['s1', 'claude-1']])
const named = (payload: object, tool = 'claude_code') => withAuthors([{ tool, payload }], names)[0]?.name

it('names the author of a record: who wrote it, else who sent it', () => {
  expect(named({ session_id: 's1' })).toBe('claude-1')
  expect(named({ from_session_id: 's1' })).toBe('claude-1')
  expect(named({ session_id: 's2', from_session_id: 's1' })).toBeUndefined()
})

it('knows a person by the id, and leaves others as they are', () => {
  expect(named({ session_id: 'human.ann' }, 'human')).toBe('ann')
  expect(named({ session_id: 'human.ann' })).toBeUndefined()
  expect(named({ session_id: 'ann' }, 'unknown')).toBe('ann')
  expect(withAuthors([{ tool: 'x' }, { tool: 'y', payload: 7 }], names)).toEqual([
    { tool: 'x' },
    { tool: 'y', payload: 7 },
  ])
})
