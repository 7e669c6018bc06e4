import { describe, expect, it } from 'vitest'
import { findCandidates, type ManifestCommand, type RoomNames } from './candidates.js'

const commands: ManifestCommand[] = [
  { id: 'status', flags: { json: { name: 'json', type: 'boolean' }, tool: { name: 'tool', type: 'option' } } },
  { id: 'inbox:read', flags: { 'session-id': { name: 'session-id', type: 'option' } } },
  { id: 'inbox:unread' },
  { id: 'here', hidden: true },
  { id: 'heartbeat', flags: { status: { name: 'status', type: 'option', options: ['running', 'waiting'] } } },
  { id: 'completion', args: { shell: { options: ['bash', 'fish', 'zsh'] } } },
]
const names: RoomNames = {
  sessions: () => ['s-1', 's-2', 'other'],
  tools: () => ['codex'],
  apps: () => ['shop'],
  hosts: () => ['codex'],
}
const after = (...words: string[]) => findCandidates(words, commands, names)

describe('findCandidates', () => {
  it('offers first words, without hidden commands', () => {
    expect(after('')).toEqual(['completion', 'heartbeat', 'inbox', 'status'])
    expect(after('he')).toEqual(['heartbeat'])
  })
  it('offers the words of a topic', () => {
    expect(after('inbox', '')).toEqual(['read', 'unread'])
    expect(after('inbox', 'u')).toEqual(['unread'])
  })
  it('offers flags of the command', () => {
    expect(after('status', '--')).toEqual(['--help', '--json', '--tool'])
  })
  it('offers values that a flag declares or the room knows', () => {
    expect(after('heartbeat', '--status', '')).toEqual(['running', 'waiting'])
    expect(after('inbox', 'read', '--session-id', 's')).toEqual(['s-1', 's-2'])
    expect(after('status', '--tool', '')).toEqual(['codex'])
  })
  it('offers arguments with a fixed set', () => {
    expect(after('completion', 'b')).toEqual(['bash'])
  })
  it('leaves other values to the shell', () => {
    expect(after('status', '--json', 'x')).toBeUndefined()
  })
})
