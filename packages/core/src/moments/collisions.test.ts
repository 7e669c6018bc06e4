import { describe, expect, it } from 'vitest'
import type { Claim } from '../model/claim.js'
import type { InFlight } from '../model/in-flight.js'
import { type CollisionQuery, findCollisions } from './collisions.js'
import type { Peer } from './room.js'

const NOW = 1_000_000
const self = { sessionId: 'me', tool: 'codex', worktree: '/w', caseInsensitive: false }
const entry = (more: Partial<InFlight> = {}): InFlight => ({
  ...{ sessionId: 'p', tool: 'gemini', path: 'src/a.ts', worktree: '/w', since: NOW - 100, last: NOW - 10, order: 1 },
  ...more,
})
const mine = (more: Partial<InFlight> = {}) => entry({ sessionId: 'me', since: NOW, last: NOW, order: 9, ...more })
const peer = (more: Partial<Peer> = {}): Peer => ({
  ...{ sessionId: 'p', tool: 'gemini', lastSeen: NOW - 1, files: [], where: 'here' as const, children: 0 },
  ...more,
})
const find = (inFlight: readonly InFlight[], more: Partial<CollisionQuery> = {}) =>
  findCollisions({
    ...{ self, own: [mine()], inFlight, now: NOW },
    livePeer: ({ sessionId }) => peer({ sessionId }),
    ...more,
  })
const kinds = (...args: Parameters<typeof find>) => find(...args).map(({ kind, peer: { where } }) => `${kind} ${where}`)

describe('who else holds a file', () => {
  it('is told with the peer, the file and the times', () => {
    expect(find([entry()])).toEqual([
      {
        ...{ peer: peer(), kind: 'collision', path: 'src/a.ts' },
        ...{ since: NOW - 100, last: NOW - 10, deniable: true },
      },
    ])
  })

  it('is nobody: not this session, not a dead one, not what ran out, not another file', () => {
    expect(find([entry({ sessionId: 'me' })])).toEqual([])
    expect(find([entry()], { livePeer: () => undefined })).toEqual([])
    expect(find([entry({ last: NOW - 900 })])).toEqual([])
    expect(find([entry({ last: NOW - 899 })])).toHaveLength(1)
    expect(find([entry({ path: 'src/b.ts' })])).toEqual([])
    expect(find([entry()], { own: [] })).toEqual([])
  })

  it('is not the session that started this one, nor one that this one started', () => {
    expect(find([entry()], { livePeer: () => peer({ parent: 'me' }) })).toEqual([])
    expect(find([entry()], { self: { ...self, parent: 'p' } })).toEqual([])
    expect(find([entry()], { self: { ...self, parent: 'q' }, livePeer: () => peer({ parent: 'q' }) })).toHaveLength(1)
  })

  it('is asked with names as the file system takes them', () => {
    const upper = [entry({ path: 'SRC/A.ts' })]
    expect(find(upper)).toEqual([])
    expect(find(upper, { self: { ...self, caseInsensitive: true } })).toMatchObject([{ path: 'src/a.ts' }])
  })
})

describe('a session that announces its files by itself', () => {
  it.each(['src/**', 'src', 'src/', './src/a.ts', '**/*.ts'])('may name a folder or a glob: %s', (path) => {
    expect(find([entry({ path, announced: true })])).toMatchObject([{ path: 'src/a.ts' }])
    expect(find([entry({ path })])).toEqual([])
  })

  it.each(['src/*.tsx', 'lib/', 'src/a', 'src/?.ts'])('is not meant with %s', (path) => {
    expect(find([entry({ path, announced: true })])).toEqual([])
  })
})

describe('what kind it is', () => {
  it('is a collision in the same working tree of the same machine only', () => {
    expect(kinds([entry()])).toEqual(['collision here'])
    expect(kinds([entry({ worktree: '/other' })])).toEqual(['merge-risk worktree'])
    expect(kinds([entry({ worktree: null })], { own: [mine({ worktree: null })] })).toEqual(['merge-risk worktree'])
    expect(kinds([entry()], { livePeer: () => peer({ where: 'machine' }) })).toEqual(['merge-risk machine'])
    // Where the peer works mostly says nothing of where this edit is.
    expect(kinds([entry()], { livePeer: () => peer({ where: 'worktree' }) })).toEqual(['collision here'])
  })

  it('may be refused while the claim of somebody who was first, here, is fresh', () => {
    const deniable = (more: Partial<InFlight>) => find([entry(more)]).map((one) => one.deniable)
    expect(deniable({ last: NOW - 599 })).toEqual([true])
    expect(deniable({ last: NOW - 600 })).toEqual([false])
    expect(deniable({ since: NOW + 50 })).toEqual([false])
    expect(deniable({ worktree: '/other' })).toEqual([false])
    // Who claimed the file before is not kept from it; who claimed it later is.
    const claimed = (since: number) => {
      const held = {
        id: 'c1',
        fence: 1,
        patterns: ['src/'],
        mode: 'exclusive',
        why: '',
        since,
        secs: 900,
        renewed: since,
      }
      const claim = { ...held, session_id: 'me', tool: 'codex', host: 'h', machine: null } as unknown as Claim
      return find([entry()], { claims: [claim] }).map((one) => one.deniable)
    }
    expect([claimed(NOW - 200), claimed(NOW - 100), claimed(NOW - 50)]).toEqual([[false], [false], [true]])
  })
})

describe('several', () => {
  it('entries of one peer on one file are one, the dangerous kind', () => {
    const both = [entry({ worktree: '/other', last: NOW }), entry({ last: NOW - 50 }), entry({ worktree: '/third' })]
    expect(find(both)).toMatchObject([{ kind: 'collision', last: NOW - 50 }])
    const own = [mine(), mine({ path: 'b' })]
    expect(find([entry(), entry({ path: 'b' }), entry({ sessionId: 'q' })], { own })).toHaveLength(3)
  })

  it('come collisions first, then the newest edit', () => {
    const inFlight = [
      entry({ sessionId: 'far', worktree: '/other', last: NOW }),
      entry({ sessionId: 'old', last: NOW - 60 }),
      entry({ sessionId: 'new', last: NOW - 5 }),
    ]
    expect(find(inFlight).map((one) => one.peer.sessionId)).toEqual(['new', 'old', 'far'])
  })
})
