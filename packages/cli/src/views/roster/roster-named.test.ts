import type { Presence } from '@rally/core/model/presence'
import { buildRosterTree } from '@rally/core/rules/roster/roster-tree'
import { testPresence } from '@rally/core/testing/test-room'
import { expect, it } from 'vitest'
import { renderNamedRoster } from './roster-named.js'

const NOW = 1_795_000_000
const entry = (session_id: string, over: object, app = 'demo-app') => ({
  app,
  presence: testPresence({ session_id, last_seen: NOW - 5, ...over }),
})
const roster = buildRosterTree(
  [
    entry('lead', { tool: 'claude_code', task: 'orchestrate', spawned: { coder: 2, workflow: 21 } }),
    entry('kid1', { parent: 'lead', last_seen: NOW - 70 }),
    entry('kid2', { tool: 'agent:coder', parent: 'lead', task: 'write' }),
    entry('grand', { tool: 'agent:x', parent: 'kid1' }),
    entry('cx2', {}),
    entry('o1', { tool: 'gemini', model: 'unknown', task: '', phase: '' }, 'other'),
  ],
  { now: NOW },
)

it('gives every agent a short name, per channel, and marks the one who started the most', () => {
  expect(renderNamedRoster(roster)).toEqual([
    'Rally roster (named) @ 11:06:40  ·  live=6 stale=0 (window 120s)',
    '',
    '[demo-app]',
    '  Codex 01    cx2  · codex/m · execute · seen 5s ago · subagents -',
    '  Claude 01 ★  lead  · claude_code/m · orchestrate · seen 5s ago · subagents Σ23 (coder:2 workflow:21)  +2 live',
    '    └─ Codex 02    kid1  · codex/m · execute · seen 1m10s ago · subagents +1 live',
    '      └─ Agent:x 01    grand  · agent:x/m · execute · seen 5s ago · subagents -',
    '    └─ Agent:coder 01    kid2  · agent:coder/m · write · seen 5s ago · subagents -',
    '',
    '[other]',
    '  Gemini 01    o1  · gemini · - · seen 5s ago · subagents -',
  ])
})

it('a lease says who leads', () => {
  expect(renderNamedRoster(roster, { leads: { 'demo-app': 'cx2' } }).filter((line) => line.includes('★'))).toEqual([
    '  Codex 01 ★  cx2  · codex/m · execute · seen 5s ago · subagents -',
  ])
})

it('says that nobody is there', () => {
  expect(renderNamedRoster(buildRosterTree([], { now: NOW })).slice(1)).toEqual(['  (no live agents)'])
})

it('nobody leads where nobody started anybody, and a session without an id leads nothing', () => {
  // As another program may leave it: hardly anything is there.
  const bare = { tool: 'codex_cloud', last_seen: NOW - 5 } as Presence
  const alone = buildRosterTree([{ app: 'demo-app', presence: bare }], { now: NOW })
  expect(renderNamedRoster(alone).at(-1)).toMatch(/^ {2}Codex_cloud 01 {4}unknown {2}·/)
  expect(renderNamedRoster(buildRosterTree([entry('a', {}), entry('b', {})], { now: NOW })).join('')).not.toContain('★')
})

it('a child counts as much as one that was counted, and only the end of a tool is cut', () => {
  const both = buildRosterTree(
    [entry('a', { tool: 'x_code_y' }), entry('kid', { parent: 'a' }), entry('b', { tool: 'x-cli', spawned: {} })],
    { now: NOW },
  )
  expect(
    renderNamedRoster(both)
      .slice(3)
      .map((line) => line.slice(0, 16).trim()),
  ).toEqual(['X_code_y 01 ★', '└─ Codex 01', 'X 01    b  · x'])
})
