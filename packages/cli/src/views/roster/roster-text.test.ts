import type { Presence } from '@rally/core/model/presence'
import { buildRosterTree } from '@rally/core/rules/roster/roster-tree'
import { describe, expect, it } from 'vitest'
import { displayWidth } from '../text/display-width.js'
import { renderNamedRoster } from './roster-named.js'
import { formatSpawned, renderRosterText } from './roster-text.js'

const NOW = 1_795_000_000
const ID = '3f2a9c1e-77aa-4d0b-9d53-1a2b3c4d5e6f'
const presence = (over: Record<string, unknown>) =>
  ({
    session_id: ID,
    tool: 'claude_code',
    model: 'a-model-with-a-long-name',
    task: 'write the parser of the configuration and its tests',
    phase: 'p',
    host: 'build-machine-7.example',
    cwd: '/home/dev/projects/a-rather-long-folder-name/packages/core/src',
    last_seen: NOW - 65,
    spawned: { coder: 3, reviewer: 1 },
    ...over,
  }) as unknown as Presence

const deep = ['', 'a', 'b', 'c', 'd', 'e'].map((suffix, index, all) =>
  presence({ session_id: ID + suffix, parent: index === 0 ? null : ID + all[index - 1] }),
)
const roster = buildRosterTree(
  deep.map((one) => ({ app: 'demo-app', presence: one })),
  { now: NOW },
)

describe.each([40, 60, 80, 120])('at %d columns', (width) => {
  const lines = renderRosterText(roster, { width, home: '/home/dev' })

  it('no line is wider', () => {
    expect(lines.filter((line) => displayWidth(line) > width)).toEqual([])
  })

  it('who, where, what and since when can be read', () => {
    const text = lines.join('\n')
    expect(text).toContain('claude_code')
    expect(text).toContain('seen 1m05s ago')
    expect(text).toContain('[demo-app]')
    expect(text).toMatch(/Σ4/)
    expect(text).toContain('live=6 stale=0')
  })
})

it('a long folder is shortened in its middle, so that an agent takes two lines; without a width it is whole', () => {
  const cwd = `/home/dev/${'a-rather-long-folder-name/'.repeat(6)}src`
  const long = presence({ name: 'claude-1', task: 'write', spawned: {}, model: 'm', cwd })
  const one = buildRosterTree([{ app: 'demo-app', presence: long }], { now: NOW })
  const [, first, second, ...more] = renderRosterText(one, { width: 80, home: '/home/dev' })
  expect(first).toMatch(/^ {2}claude-1 {2}\[demo-app\] {2}build-machine-7\S*…\S*-folder-name\/src$/)
  expect([second?.trim().startsWith('claude_code'), more]).toEqual([true, []])
  expect(renderRosterText(one)[1]).toContain(cwd)
})

it.each([
  [{ coder: 0 }, 0, [], '-'],
  [{ coder: 0 }, 0, [{ stale: false }, { stale: true }], '+1 live'],
  [{ a: 1, b: -1 }, 0, [], '-'],
  [{ a: 0, b: 2 }, 2, [], 'Σ2 (a:0 b:2)'],
  [{}, 3, [], '-'],
])('subagents %j with the sum %d and live ones %j: %s', (spawned, spawned_total, children, text) => {
  expect(formatSpawned({ spawned, spawned_total, children })).toBe(text)
})

it('names instead of ids; both where both are asked for', () => {
  const named = buildRosterTree([{ app: 'demo', presence: presence({ name: 'claude-1' }) }], { now: NOW })
  expect(renderRosterText(named)[1]).toMatch(/^ {2}claude-1 {2}\[demo\]/)
  expect(renderRosterText(named, { ids: true })[1]).toContain(`claude-1 (${ID})`)
  expect(renderNamedRoster(named).join('\n')).not.toContain(ID)
})

it('ids of sessions without a name stay whole where the width allows it, so that they can be copied', () => {
  expect(renderRosterText(roster, { width: 80 }).join('\n')).toContain(ID)
  expect(renderRosterText(roster, { width: 40 }).join('\n')).toContain(ID)
})

it('nothing that a peer wrote moves the cursor or hides text', () => {
  const bad = presence({
    session_id: 'a\u001b[2Jb',
    task: 'x\u202ey\nz',
    cwd: '/c\u0007',
    tool: '\u001b]0;t\u0007codex',
  })
  const lines = renderRosterText(buildRosterTree([{ app: 'demo', presence: bad }], { now: NOW }))
  expect(lines).toHaveLength(3)
  expect(lines.join('')).not.toMatch(/\p{Cc}|\u202e/u)
  expect(lines[2]).toContain('codex/a-model-with-a-long-name · xy z')
})

it('a task of a whole page is cut, also where no width is known', () => {
  const long = 'y'.repeat(100_000)
  const loud = presence({ task: long, model: long, tool: long, host: long })
  const tree = buildRosterTree([{ app: 'demo', presence: loud }], { now: NOW })
  expect(renderRosterText(tree).join('\n').length).toBeLessThan(1_500)
  expect(renderNamedRoster(tree).join('\n').length).toBeLessThan(1_500)
})

it('marks who is listed although silent', () => {
  const silent = buildRosterTree([{ app: 'demo', presence: presence({ last_seen: NOW - 900 }) }], {
    now: NOW,
    includeStale: true,
  })
  expect(renderRosterText(silent, { width: 100 }).join('\n')).toContain('seen 15m00s ago (stale)')
  expect(renderRosterText(silent).join('\n')).toContain('seen 15m00s ago (stale) · ')
  expect(renderRosterText(silent)[0]).toContain('live=0 stale=1')
})
