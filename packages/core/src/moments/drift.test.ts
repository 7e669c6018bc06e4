import { describe, expect, it } from 'vitest'
import type { InFlight } from '../model/in-flight.js'
import { announcedSince, branchLine, changedBy, type Drift, driftLines } from './drift.js'

const NOW = 1_000_000
const self = { sessionId: 'me', tool: 'claude_code', worktree: '/w', caseInsensitive: false }
const entry = (sessionId: string, last: number, more: Partial<InFlight> = {}): InFlight => ({
  ...{ sessionId, tool: 't', path: 'a.ts', worktree: '/w', since: last, last, order: 0 },
  ...more,
})
const since = (others: readonly InFlight[], own = entry('me', 100), who = self) =>
  announcedSince({ self: who, own, others }).map(({ sessionId }) => sessionId)

describe('announcedSince', () => {
  it('is who announced the file later, the last one first', () => {
    expect(since([entry('a', 99), entry('b', 100), entry('c', 101), entry('d', 102)])).toEqual(['d', 'c'])
  })

  it.each([
    ['oneself', entry('me', 101)],
    ['another file', entry('a', 101, { path: 'b.ts' })],
    ['another working tree', entry('a', 101, { worktree: '/v' })],
    ['a record that announces it', entry('a', 101, { announced: true })],
    ['a line without a time', entry('a', 101, { untimed: true })],
  ])('is not %s', (_, other) => {
    expect(since([other])).toEqual([])
  })

  it('is everybody where nobody had announced the file before', () => {
    expect(since([entry('a', 99)], entry('me', 100, { untimed: true }))).toEqual(['a'])
  })

  it('ignores case where the file system does', () => {
    const other = entry('a', 101, { path: 'A.ts' })
    expect(since([other])).toEqual([])
    expect(since([other], entry('me', 100), { ...self, caseInsensitive: true })).toEqual(['a'])
  })
})

it('a file was changed by the last one who announced it before it changed, unless that is kin', () => {
  const since = [entry('p.y', 130, { parent: 'p' }), entry('p', 120), entry('early', 110)]
  const by = (sessionId: string, at: number, parent?: string) =>
    changedBy({ ...self, sessionId, parent }, since, { at, isGone: false })?.sessionId
  expect([109, 110, 119.9, 120, 131].map((at) => by('me', at))).toEqual([undefined, 'early', 'early', 'p', 'p.y'])
  expect([115, 125, 131].map((at) => by('p.x', at, 'p'))).toEqual(['early', undefined, 'p.y'])
  expect([115, 131].map((at) => by('p', at))).toEqual(['early', undefined])
})

describe('driftLines', () => {
  const by = { sessionId: 'c', shown: 'codex-1', at: NOW - 185 }
  const drift = (path: string, more: Partial<Drift> = {}): Drift => ({
    ...{ path, change: { at: NOW - 65, isGone: false }, by },
    ...more,
  })
  const texts = (...drifts: Drift[]) => driftLines(drifts, NOW).map(({ text }) => text)

  it('name the peer and when it announced the file', () => {
    expect(driftLines([drift('src/a.ts')], NOW)).toEqual([
      {
        reason: 'drift',
        text: 'rally: src/a.ts changed since you edited it (codex-1, 3m05s ago): read it again before you change it.',
        files: ['src/a.ts'],
        peer: { id: 'c', name: 'codex-1', since: null, last: NOW - 185 },
        warned: { kind: 'drift', path: 'src/a.ts', peer: 'c', since: NOW - 185 },
        also: [],
      },
    ])
  })

  it('say what no agent announced, and what nobody can tell', () => {
    expect(texts(drift('a.ts', { by: undefined }))).toEqual([
      'rally: a.ts changed since you edited it, by no agent rally knows (1m05s ago): read it again before you change it.',
    ])
    expect(texts(drift('a.ts', { by: undefined, isAway: true }))).toEqual([
      'rally: a.ts changed since you edited it while you were away (1m05s ago): read it again before you change it.',
    ])
  })

  it('are one for each peer, and one for what is gone, three names each', () => {
    const gone = { change: { at: NOW, isGone: true } }
    const all = texts(
      ...['a', 'b', 'c', 'd'].map((path) => drift(path)),
      drift('e', gone),
      drift('f', { by: undefined }),
    )
    expect(all).toEqual([
      'rally: a, b, c and 1 more changed since you edited them (codex-1, 3m05s ago): read them again before you change them.',
      'rally: e is gone since you edited it (codex-1, 3m05s ago): look before you write it anew.',
      'rally: f changed since you edited it, by no agent rally knows (1m05s ago): read it again before you change it.',
    ])
  })
})

describe('branchLine', () => {
  const move = { now: 'feature', was: 'main', at: NOW - 40 }

  it('says where the tree is, where it was, and whose command did it', () => {
    expect(branchLine({ ...move, by: { sessionId: 'c', shown: 'codex-1', word: 'checkout' } }, NOW)).toMatchObject({
      reason: 'branch',
      text: 'rally: this working tree is now on feature, it was on main (codex-1, git checkout, 40s ago). Look at git status and git log before you go on.',
      peer: { id: 'c', name: 'codex-1' },
      warned: { kind: 'branch', path: 'main\nfeature', peer: 'c', since: NOW - 40 },
    })
  })

  it('says no name where there is none, and calls no branch no branch', () => {
    const { text, peer } = branchLine({ ...move, now: 'HEAD' }, NOW)
    expect(text).toContain('is now on no branch (a detached commit), it was on main (40s ago).')
    expect(peer).toBeUndefined()
  })
})
