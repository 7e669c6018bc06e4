import { describe, expect, it } from 'vitest'
import { type Claim, claimsDocumentSchema } from '../../model/claim.js'
import { TEST_NOW, testPresence } from '../../testing/test-room.js'
import { findClaimConflicts } from './claim-conflicts.js'
import { holderFacts, holdsClaim } from './claim-holds.js'
import { claimPattern } from './claim-pattern.js'
import { grantClaim } from './grant-claim.js'
import { parseLength } from './parse-length.js'
import { readClaims } from './read-claims.js'
import { releaseClaims } from './release-claims.js'

const claim = (over: Partial<Claim> = {}): Claim => ({
  ...{ id: 'c1', fence: 1, session_id: 'a', tool: 'codex', host: 'h1', by: null, patterns: ['src/**'] },
  ...{ mode: 'exclusive' as const, why: null, since: TEST_NOW, until: TEST_NOW + 100, secs: 100 },
  ...over,
})
const wish = (over: object = {}) => ({
  ...{ sessionId: 'b', tool: 'gemini', host: 'h1', by: null, why: null, secs: 60 },
  ...{ patterns: ['src/a.ts'], mode: 'exclusive' as const },
  ...over,
})

describe('readClaims', () => {
  it('reads what the schema promises, and leaves out what is no claim', () => {
    const document = { schema_version: '1.0', fence: 7, claims: [claim({ extra: true })], more: 1 }
    expect(claimsDocumentSchema.parse(document)).toEqual(document)
    expect(readClaims(document, TEST_NOW)).toEqual(document)
    const odd = {
      ...document,
      claims: [null, 1, {}, { ...claim(), until: 'x' }, { ...claim(), patterns: [] }, claim()],
    }
    expect(readClaims(odd, TEST_NOW).claims).toEqual([claim()])
  })

  it('starts with no claims and number 0', () => {
    expect(readClaims(undefined, TEST_NOW)).toEqual({ schema_version: '1.0', fence: 0, claims: [] })
  })

  it.each([null, 'x', [], {}, { fence: '3' }, { fence: -1 }])(
    'never counts back behind a damaged document: %j',
    (value) => {
      expect(readClaims(value, TEST_NOW)).toMatchObject({ fence: TEST_NOW, claims: [] })
    },
  )

  it('believes the greatest number that it finds', () => {
    expect(readClaims({ fence: 2, claims: [claim({ fence: 9 })] }, TEST_NOW).fence).toBe(9)
  })
})

describe('holdsClaim', () => {
  const facts = (presences: object[], more = {}) =>
    holderFacts(
      presences.map((over) => testPresence({ session_id: 'a', ...over })),
      { now: TEST_NOW + 1000, host: 'h1', ...more },
    )
  const holds = (one: Claim, presences: object[], more = {}) =>
    holdsClaim(one, facts(presences, more)(one), TEST_NOW + 1000)

  it.each([
    ['its end has not come', { until: TEST_NOW + 1001 }, [{ last_seen: TEST_NOW }], true],
    ['it ended and nothing was heard since', { until: TEST_NOW + 1000 }, [{ last_seen: TEST_NOW }], false],
    ['it ended, but its session was heard of within its length', {}, [{ last_seen: TEST_NOW + 950 }], true],
    ['its session was heard of just its length ago', {}, [{ last_seen: TEST_NOW + 900 }], false],
    ['its session left this machine', { until: TEST_NOW + 2000, secs: 1060 }, [], false],
    ['its session has no record yet, a moment after the claim', { until: TEST_NOW + 2000, secs: 1059 }, [], true],
    [
      'only a reading position is left of its session',
      { until: TEST_NOW + 2000, secs: 2000 },
      [{ tool: 'reader' }],
      false,
    ],
    ['its session is of another machine whose record is late', { until: TEST_NOW + 2000, host: 'h2' }, [], true],
    ['it is a person, who has no record', { until: TEST_NOW + 2000, tool: 'human' }, [], true],
    ['it is a person and its time is over', { until: TEST_NOW + 900, tool: 'human' }, [], false],
  ] as const)('%s: %j', (_why, over, presences, expected) => {
    expect(holds(claim(over), [...presences])).toBe(expected)
  })

  it('ends at once with a session of this machine that has left, where the claim names the machine by its id', () => {
    const one = claim({ machine: 'm1', until: TEST_NOW + 2000, secs: 1059 })
    expect(holds(one, [], { machine: () => 'm1' })).toBe(false)
    expect(holds(one, [], { machine: () => 'm2' })).toBe(true)
  })

  it('ends with the process of its session', () => {
    const record = { last_seen: TEST_NOW + 999, host_pid: 7, host_started: 'then' }
    const live = claim({ until: TEST_NOW + 2000 })
    expect(holds(live, [record], { hostProcess: () => 'gone' })).toBe(false)
    expect(holds(live, [record], { hostProcess: () => 'runs' })).toBe(true)
    expect(holds(live, [record], { hostProcess: () => 'unknown' })).toBe(true)
  })

  it('is not kept for ever by a clock that is ahead', () => {
    expect(holds(claim(), [{ last_seen: TEST_NOW + 172_800 }])).toBe(false)
  })
})

describe('findClaimConflicts', () => {
  const conflicts = (
    patterns: string[],
    theirs: string[],
    modes: [Claim['mode'], Claim['mode']] = ['exclusive', 'exclusive'],
  ) =>
    findClaimConflicts({ sessionId: 'b', patterns, mode: modes[0] }, [claim({ patterns: theirs, mode: modes[1] })]).map(
      ({ pattern, theirs, overlap }) => [pattern, theirs, overlap],
    )

  it.each([
    [['src/a.ts'], ['lib/', 'src/**'], [['src/a.ts', 'src/**', 'certain']]],
    [['src/a.ts'], ['src/b.ts'], []],
    [['src/'], ['src/x/**/y'], [['src/', 'src/x/**/y', 'certain']]],
    [['SRC/A.ts'], ['src/a.ts'], [['SRC/A.ts', 'src/a.ts', 'possible']]],
    [['src/?.ts'], ['src/a.ts'], [['src/?.ts', 'src/a.ts', 'possible']]],
    [['src/b.ts'], ['**/test/**'], []],
  ])('%j against %j', (mine, theirs, expected) => {
    expect(conflicts(mine, theirs)).toEqual(expected)
  })

  it('is there unless both share, and never with oneself', () => {
    expect(conflicts(['a'], ['a'], ['shared', 'shared'])).toEqual([])
    expect(conflicts(['a'], ['a'], ['shared', 'exclusive'])).toHaveLength(1)
    expect(conflicts(['a'], ['a'], ['exclusive', 'shared'])).toHaveLength(1)
    expect(
      findClaimConflicts({ sessionId: 'a', patterns: ['a'], mode: 'exclusive' }, [claim({ patterns: ['a'] })]),
    ).toEqual([])
  })
})

describe('grantClaim', () => {
  const document = (claims: Claim[]) => ({ schema_version: '1.0', fence: 5, claims })
  const grant = (claims: Claim[], over = {}, holding: (claim: Claim) => boolean = () => true) =>
    grantClaim(document(claims), wish(over), { now: TEST_NOW, holds: holding })

  it('numbers each claim and says its end', () => {
    expect(grant([])).toMatchObject({
      granted: { id: 'c6', fence: 6, session_id: 'b', since: TEST_NOW, until: TEST_NOW + 60, secs: 60 },
      renewed: false,
      ended: [],
      next: { fence: 6, claims: [{ id: 'c6' }] },
    })
  })

  it('refuses by a claim that holds, and takes one out that does not', () => {
    expect(grant([claim()])).toMatchObject({ conflicts: [{ claim: { id: 'c1' } }] })
    const taken = grant([claim(), claim({ id: 'c2', patterns: ['lib/'] })], {}, () => false)
    expect(taken).toMatchObject({ ended: [{ id: 'c1' }], next: { claims: [{ id: 'c2' }, { id: 'c6' }] } })
  })

  it('renews the same patterns in place, whatever their order', () => {
    const own = claim({ session_id: 'b', patterns: ['x', 'y'], since: TEST_NOW - 50 })
    expect(grant([own], { patterns: ['y', 'x'], why: 'again' })).toMatchObject({
      granted: { id: 'c1', fence: 1, since: TEST_NOW - 50, until: TEST_NOW + 60, why: 'again' },
      renewed: true,
      next: { fence: 5, claims: [{ id: 'c1' }] },
    })
    expect(grant([own], { patterns: ['x', 'y'] }, () => false)).toMatchObject({
      granted: { id: 'c6', fence: 6 },
      renewed: false,
      next: { claims: [{ id: 'c6' }] },
    })
  })

  it('forgets what ended a day ago', () => {
    const old = claim({ patterns: ['lib/'], until: TEST_NOW - 24 * 3600 })
    expect(grant([old], {}, () => false)).toMatchObject({ ended: [{ id: 'c1' }], next: { claims: [{ id: 'c6' }] } })
    expect(grant([old], {}, () => true)).toMatchObject({ ended: [], next: { claims: [{ id: 'c1' }, { id: 'c6' }] } })
  })
})

describe('releaseClaims', () => {
  const claims = [
    claim({ patterns: ['x', 'y'] }),
    claim({ id: 'c2', patterns: ['z'] }),
    claim({ id: 'c3', session_id: 'b', by: 'a', patterns: ['w'] }),
    claim({ id: 'c4', session_id: 'b', patterns: ['v'] }),
  ]
  const release = (what?: string) => {
    const { released, next } = releaseClaims(
      { schema_version: '1.0', fence: 9, claims },
      { now: 0, sessionId: 'a', what },
    )
    return [
      released.map(({ id, patterns }) => [id, ...patterns]),
      next.claims.map(({ id, patterns }) => [id, ...patterns]),
    ]
  }

  it.each([
    [
      undefined,
      [
        ['c1', 'x', 'y'],
        ['c2', 'z'],
      ],
      [
        ['c3', 'w'],
        ['c4', 'v'],
      ],
    ],
    [
      'c1',
      [['c1', 'x', 'y']],
      [
        ['c2', 'z'],
        ['c3', 'w'],
        ['c4', 'v'],
      ],
    ],
    [
      'y',
      [['c1', 'y']],
      [
        ['c1', 'x'],
        ['c2', 'z'],
        ['c3', 'w'],
        ['c4', 'v'],
      ],
    ],
    [
      'z',
      [['c2', 'z']],
      [
        ['c1', 'x', 'y'],
        ['c3', 'w'],
        ['c4', 'v'],
      ],
    ],
    [
      'c3',
      [['c3', 'w']],
      [
        ['c1', 'x', 'y'],
        ['c2', 'z'],
        ['c4', 'v'],
      ],
    ],
    [
      'c4',
      [],
      [
        ['c1', 'x', 'y'],
        ['c2', 'z'],
        ['c3', 'w'],
        ['c4', 'v'],
      ],
    ],
  ])('%s', (what, released, left) => {
    expect(release(what)).toEqual([released, left])
  })
})

describe('claimPattern', () => {
  const at = (text: string, workdir = '/repo/app/deep') => claimPattern(text, { workdir, worktree: '/repo/app' })

  it.each([
    ['a.ts', 'deep/a.ts'],
    ['../src/', 'src/'],
    ['./x//y.ts', 'deep/x/y.ts'],
    ['/repo/app/src/**', 'src/**'],
    ['.', 'deep/'],
    ['..', '**'],
    ['/repo/app', '**'],
    ['**/*.ts', 'deep/**/*.ts'],
    [' with space.ts ', 'deep/with space.ts'],
    ['.gitignore', 'deep/.gitignore'],
  ])('%s is %s', (text, pattern) => {
    expect(at(text)).toEqual({ pattern })
  })

  it.each([
    '',
    ' ',
    '../../x',
    '/etc/passwd',
    '/repo/application',
    '/repo/app/.git/config',
    '**/../x',
    'a\nb',
    'x'.repeat(600),
  ])('refuses %j', (text) => {
    expect(at(text)).toHaveProperty('refusal')
  })
})

describe('parseLength', () => {
  it.each([
    ['90s', 90],
    ['2h', 7200],
    [' 1H30m ', 5400],
    ['1d', 86_400],
    ['0s', undefined],
    ['2', undefined],
    ['', undefined],
    ['h', undefined],
    ['-1h', undefined],
    ['1.5h', undefined],
  ])('%s: %s', (text, seconds) => {
    expect(parseLength(text)).toBe(seconds)
  })
})
