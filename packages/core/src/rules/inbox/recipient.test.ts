import { describe, expect, it } from 'vitest'
import { testPresence } from '../../testing/test-room.js'
import { type RecipientFacts, resolveRecipient, resolveTool } from './recipient.js'

const CLAUDE = 'aaaa1111-2222-3333-4444-555566667777'
const OTHER = 'aaaa2222-2222-3333-4444-555566667777'
const hosts = [
  { id: 'claude_code', title: 'Claude Code', shortName: 'claude', aliases: ['claude', 'claude-code'] },
  { id: 'codex', title: 'Codex', shortName: 'codex', aliases: ['codex-cli'] },
  { id: 'gemini', title: 'Gemini CLI', shortName: 'gemini', aliases: ['gemini-cli'] },
]
const facts: RecipientFacts = {
  sessions: [
    testPresence({ session_id: CLAUDE, tool: 'claude_code', name: 'claude-1' }),
    testPresence({ session_id: OTHER, tool: 'claude_code', name: 'claude-2' }),
    testPresence({ session_id: 'far', tool: 'claude_code', name: 'claude-1', machine: 'laptop.local' }),
    testPresence({ session_id: 'codex', tool: 'claude_code' }),
    testPresence({ session_id: 'py-7', tool: 'pytool' }),
    testPresence({ session_id: 'human.ann', tool: 'reader' }),
  ],
  names: [
    { name: 'claude-1', session_id: CLAUDE, at: 1, ended_at: null },
    { name: 'gemini-3', session_id: 'g-gone', at: 1, ended_at: 2 },
  ],
  hosts,
  tools: ['claude_code', 'pytool', 'strange'],
  persons: ['human.bob', 'human.all'],
  lead: OTHER,
}
const found = (word: string, more: Partial<RecipientFacts> = {}) => resolveRecipient(word, { ...facts, ...more }).found
const session = (sessionId: string, name: string, box = 'claude_code') => ({ kind: 'session', box, sessionId, name })

describe('a recipient', () => {
  it.each([
    ['claude_code', 'claude_code'],
    ['Claude Code', 'claude_code'],
    ['claude-code', 'claude_code'],
    ['CLAUDE', 'claude_code'],
    [' claude ', 'claude_code'],
    ['Gemini-CLI', 'gemini'],
    ['strange', 'strange'],
    ['human', 'human'],
  ])('%j is the tool %s', (word, box) => {
    expect(found(word)).toEqual({ kind: 'tool', box })
  })

  it('is a session by its id, its name or the only beginning of its id', () => {
    for (const word of [CLAUDE, 'claude-1', 'Claude 1', 'claude_1', 'aaaa1'])
      expect(found(word)).toMatchObject({ sessionId: CLAUDE })
    expect(found('aaaa2222')).toEqual(session(OTHER, 'claude-2'))
    expect(found('claude-1@laptop')).toEqual(session('far', 'claude-1@laptop'))
    expect(resolveRecipient('aaaa', facts)).toEqual({ found: undefined, several: [CLAUDE, OTHER], nearest: [] })
    expect(found('py-')).toBeUndefined()
  })

  it('keeps the box of a session that has ended, by the word that it was named after', () => {
    expect(found('gemini-3')).toEqual(session('g-gone', 'gemini-3', 'gemini'))
  })

  it('is looked up as id, name, all, lead, tool, person; a person that one of these hides has an id, too', () => {
    expect(found('codex')).toEqual(session('codex', 'codex'))
    expect(found('all')).toEqual({ kind: 'all', box: 'all' })
    expect(found('ALL')).toEqual({ kind: 'all', box: 'all' })
    expect(found('human.all')).toMatchObject({ kind: 'person', name: 'all' })
    expect(found('lead')).toEqual(session(OTHER, 'claude-2'))
    expect(found('lead', { lead: undefined })).toBeUndefined()
    const person = { kind: 'person', box: 'human', sessionId: 'human.ann', name: 'ann' }
    expect([found('ann'), found('Ann'), found('human.ann')]).toEqual([person, person, person])
    expect(found('bob')).toMatchObject({ sessionId: 'human.bob' })
    expect(found('gemini', { persons: ['human.gemini'] })).toEqual({ kind: 'tool', box: 'gemini' })
  })

  it.each(['codx', 'clauded', 'nobody', '', '  ', '../x', '-', 'claude-9'])('%j is nobody', (word) => {
    expect(found(word)).toBeUndefined()
  })

  it('that is nobody has neighbours, the most similar first', () => {
    const nearest = (word: string) => resolveRecipient(word, facts)
    expect(nearest('claud')).toMatchObject({ nearest: ['claude', 'claude-1', 'claude-2'] })
    expect(nearest('claude-3')).toMatchObject({ nearest: ['claude', 'claude-1', 'claude-2'] })
    expect(nearest('xyz')).toMatchObject({ nearest: [] })
  })

  it('reads a tool alone where only a tool can be meant', () => {
    expect(resolveTool('claude-code', facts)).toBe('claude_code')
    expect(resolveTool('claude-1', facts)).toBeUndefined()
  })
})
