import { beforeEach, describe, expect, it } from 'vitest'
import { claimsDocumentSchema } from '../../model/claim.js'
import { readClaims } from '../../rules/claim/read-claims.js'
import { createTestRoom, type TestRoom, testSession } from '../../testing/test-room.js'
import { announcePresence } from '../presence/announce-presence.js'
import { leaveRoom } from '../presence/leave-room.js'
import { readStatus } from '../status/read-status.js'
import { claimFiles } from './claim-files.js'
import { listClaims } from './list-claims.js'
import { releaseFiles } from './release-files.js'

let room: TestRoom
beforeEach(async () => {
  room = await createTestRoom()
})

const as = (sessionId: string, more = {}) => ({ ...room, session: testSession({ sessionId }), ...more })
const claim = (who: string, patterns: string[], more = {}) => claimFiles(as(who), { patterns, ...more })
const kinds = async () => (await room.transport.log.latest(9)).map(({ kind }) => kind)
const owns = async (who: string) => (await room.transport.sessions.get(who))?.owns

describe('claimFiles', () => {
  it('keeps files, puts the session into the room, and leaves a record', async () => {
    const answer = await claim('a', ['src/a.ts', 'docs/**'], { why: ' new cart ' })
    expect(answer).toMatchObject({
      claimed: true,
      renewed: false,
      claim: {
        id: 'c1',
        session_id: 'a',
        patterns: ['src/a.ts', 'docs/**'],
        mode: 'exclusive',
        why: 'new cart',
        secs: 7200,
      },
    })
    const stored = (await room.transport.leases.read('claims'))?.value
    expect(claimsDocumentSchema.parse(stored)).toMatchObject({ fence: 1, claims: [{ id: 'c1' }] })
    expect(await owns('a')).toEqual(['src/a.ts', 'docs/**'])
    expect((await room.transport.log.latest(1))[0]).toMatchObject({
      kind: 'claim',
      payload: { session_id: 'a', claim_id: 'c1', holder: 'a', patterns: ['src/a.ts', 'docs/**'] },
    })
  })

  it('refuses what another holds, and says who, why and until when', async () => {
    await claim('a', ['src/**'], { why: 'cart', secs: 60 })
    expect(await claim('b', ['lib/x.ts', 'src/a.ts'])).toMatchObject({
      claimed: false,
      conflicts: [
        { pattern: 'src/a.ts', theirs: 'src/**', overlap: 'certain', claim: { session_id: 'a', why: 'cart' } },
      ],
    })
    expect(await kinds()).toEqual(['claim'])
    expect(await owns('b')).toBeUndefined()
  })

  it('tells folders from files where they are there', async () => {
    room.git.folders.add('/repo/demo-app/src')
    expect(await claim('a', ['src'])).toMatchObject({ claim: { patterns: ['src/'] } })
    expect(await claim('b', ['src/a.ts'])).toMatchObject({ claimed: false })
    expect(await claim('b', ['srcs'])).toMatchObject({ claimed: true, claim: { patterns: ['srcs'] } })
  })

  it('is for another session that is here', async () => {
    await announcePresence(as('b'))
    expect(await claim('a', ['x'], { forSession: 'b' })).toMatchObject({ claim: { session_id: 'b', by: 'a' } })
    expect(await owns('b')).toEqual(['x'])
    await expect(claim('a', ['y'], { forSession: 'nobody' })).rejects.toMatchObject({ code: 'NO_SUCH_RECIPIENT' })
    expect(await claim('a', ['x'])).toMatchObject({ claimed: false })
    expect((await releaseFiles(as('a'), { what: 'x' })).released).toMatchObject([{ session_id: 'b' }])
    expect(await owns('b')).toEqual([])
  })

  it('goes over when its session left, its process is gone, or its time is over', async () => {
    await claim('a', ['x'])
    await leaveRoom(as('a'), { keepClaims: true })
    room.advance(60)
    expect(await claim('b', ['x'])).toMatchObject({ claimed: true, claim: { fence: 2 } })
    await room.transport.sessions.put({ ...(await announcePresence(as('b'))), host_pid: 1, host_started: 'then' })
    expect(await claimFiles(as('c', { hostProcess: () => 'gone' }), { patterns: ['x'], secs: 600 })).toMatchObject({
      claimed: true,
    })
    room.advance(599)
    expect(await claim('d', ['x'])).toMatchObject({ claimed: false })
    room.advance(1)
    expect(await claim('d', ['x'])).toMatchObject({ claimed: true, claim: { fence: 4 } })
    expect(await owns('c')).toEqual([])
  })

  it('lasts longer while its session is heard of', async () => {
    await claim('a', ['x'], { secs: 600 })
    room.advance(500)
    await announcePresence(as('a'))
    room.advance(599)
    expect(await claim('b', ['x'])).toMatchObject({ claimed: false })
    room.advance(1)
    expect(await claim('b', ['x'])).toMatchObject({ claimed: true })
  })

  it('keeps for its session that it was lost, until that claims the files again', async () => {
    const lost = async () => readClaims((await room.transport.leases.read('claims'))?.value, 0).lost ?? []
    await claim('a', ['src/**', 'x'], { secs: 60 })
    room.advance(61)
    await claim('b', ['src/a.ts'])
    expect(await lost()).toMatchObject([{ id: 'c1', session_id: 'a', patterns: ['src/**', 'x'], by: 'b' }])
    await releaseFiles(as('b'))
    await claim('a', ['src/b.ts'])
    expect(await lost()).toEqual([])
    await announcePresence(as('c'))
    await claim('a', ['y', 'z'], { forSession: 'c' })
    await releaseFiles(as('a'), { what: 'y' })
    expect(await lost()).toMatchObject([{ session_id: 'c', patterns: ['y'], by: 'a' }])
    await releaseFiles(as('c'))
    room.advance(24 * 3600)
    await claim('b', ['q'])
    expect(await lost()).toEqual([])
  })

  it('lists the newest claims however many change them at once', async () => {
    for (const who of ['a', 'b']) await announcePresence(as(who))
    let held: (() => void) | undefined
    const { sessions } = room.transport
    const slow = {
      ...sessions,
      // Held back until the other claim was listed: it has old claims to list.
      amend: async (id: string, keys: object) => {
        if (held === undefined) await new Promise<void>((resolve) => (held = resolve))
        return sessions.amend(id, { ...keys })
      },
    }
    const first = claimFiles(as('a', { transport: { ...room.transport, sessions: slow } }), { patterns: ['x'] })
    while (held === undefined) await new Promise((resolve) => setTimeout(resolve, 1))
    await claim('a', ['y'])
    await sessions.amend('a', { task: 'said meanwhile' })
    held()
    await first
    expect(await owns('a')).toEqual(['x', 'y'])
    expect((await sessions.get('a'))?.task).toBe('said meanwhile')
  })

  it.each([
    [[], {}],
    [['../x'], {}],
    [['/etc/passwd'], {}],
    [Array.from({ length: 51 }, (_, n) => `f${n}`), {}],
    [['x'], { secs: 0 }],
    [['x'], { secs: Number.NaN }],
    [['x'], { secs: 8 * 24 * 3600 }],
  ])('refuses %j %j as a mistake', async (patterns, more) => {
    await expect(claim('a', patterns, more)).rejects.toMatchObject({ code: 'USAGE' })
    expect(await room.transport.leases.read('claims')).toBeUndefined()
  })

  it('is not shaken by a damaged document, and counts on', async () => {
    room.transport.plant.lease('claims', { claims: 'x' })
    const answer = await claim('a', ['x'])
    expect(answer).toMatchObject({ claimed: true })
    expect(answer.claimed && answer.claim.fence).toBeGreaterThan(1_000_000)
  })

  it('warns existing readers: the status of a peer that has such a file in flight', async () => {
    await claim('a', ['src/**'])
    await announcePresence(as('b'), { filesInFlight: ['src/a.ts'] })
    const report = await readStatus(as('b'))
    expect(report).toMatchObject({ status: 'warn', peer_overlap_files: ['src/a.ts'] })
  })

  it('says clearly when the server that decides cannot be reached', async () => {
    const leases = {
      ...room.transport.leases,
      compareAndSet: () => Promise.reject(Object.assign(new Error('x'), { code: 'SERVER_UNREACHABLE' })),
    }
    const ctx = as('a', { transport: { ...room.transport, leases } })
    await expect(claimFiles(ctx, { patterns: ['x'] })).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' })
    expect(await kinds()).toEqual([])
    expect(await owns('a')).toBeUndefined()
  })

  it('reports a record that was not stored, and the claim stands', async () => {
    const { RallyError } = await import('../../errors.js')
    const log = {
      ...room.transport.log,
      append: () => Promise.reject(new RallyError('NOT_STORED', { reason: 'full' })),
    }
    const ctx = as('a', { transport: { ...room.transport, log } })
    await expect(claimFiles(ctx, { patterns: ['x'] })).rejects.toMatchObject({ code: 'NOT_STORED' })
    expect(await listClaims(room)).toMatchObject([{ claim: { session_id: 'a' }, holds: true }])
  })
})

describe('listClaims', () => {
  it('is empty where nobody claimed, and writes nothing', async () => {
    expect(await listClaims(room)).toEqual([])
    expect(await room.transport.leases.read('claims')).toBeUndefined()
  })

  it('names the one who made it for another session', async () => {
    await claim('b', ['w'])
    await claim('a', ['x'], { forSession: 'b' })
    await claim('human.ann', ['y'], { forSession: 'b' })
    await claim('b', ['z'])
    const makers = (await listClaims(room)).map(({ claim: { patterns }, maker }) => [...patterns, maker])
    expect(makers).toEqual([
      ['z', null],
      ['y', 'ann'],
      ['x', 'a'],
      ['w', null],
    ])
  })

  it('says which hold and until when, the newest first', async () => {
    await claim('a', ['x'], { secs: 100 })
    room.advance(50)
    await claim('b', ['y'], { secs: 100 })
    await leaveRoom(as('b'), { keepClaims: true })
    const ends = room.clock.now() + 50
    expect(await listClaims(as('a'))).toMatchObject([
      { claim: { id: 'c2' }, holds: true },
      { claim: { id: 'c1' }, holds: true, ends },
    ])
    room.advance(60)
    expect(await listClaims(as('a'))).toMatchObject([
      { claim: { id: 'c2' }, holds: false },
      { claim: { id: 'c1' }, holds: false, ends },
    ])
    // Who does not say on which machine it is proves no absence.
    expect((await listClaims(room))[0]).toMatchObject({ holds: true })
  })
})

describe('releaseFiles', () => {
  it('gives back one pattern, one claim, or all', async () => {
    await claim('a', ['x', 'y'])
    await claim('a', ['z'])
    expect(await releaseFiles(as('a'), { what: 'y' })).toMatchObject({ released: [{ id: 'c1', patterns: ['y'] }] })
    expect(await owns('a')).toEqual(['x', 'z'])
    expect(await releaseFiles(as('a'), { what: 'c2' })).toMatchObject({ released: [{ patterns: ['z'] }] })
    expect(await releaseFiles(as('a'))).toMatchObject({ released: [{ patterns: ['x'] }] })
    expect(await owns('a')).toEqual([])
    expect(await kinds()).toEqual(['claim', 'claim', 'release', 'release', 'release'])
    expect((await room.transport.log.latest(3)).map(({ payload }) => payload)).toMatchObject([
      { claim_ids: ['c1'], patterns: ['y'], message: 'released y' },
      { claim_ids: ['c2'], patterns: ['z'], message: 'released z' },
      { claim_ids: ['c1'], patterns: ['x'], message: 'released x' },
    ])
    expect(await releaseFiles(as('a'))).toMatchObject({ released: [], revision: null })
  })

  it('knows a folder without its slash, and refuses what is not its own', async () => {
    room.git.folders.add('/repo/demo-app/src')
    await claim('a', ['src'])
    await expect(releaseFiles(as('b'), { what: 'c1' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(releaseFiles(as('a'), { what: '../x' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await releaseFiles(as('a'), { what: './src' })).toMatchObject({ released: [{ patterns: ['src/'] }] })
  })

  it('numbers go on after everything was given back', async () => {
    await claim('a', ['x'])
    await releaseFiles(as('a'))
    expect(await claim('b', ['x'])).toMatchObject({ claim: { fence: 2 } })
  })
})

describe('leaving the room', () => {
  it('gives claims back', async () => {
    await claim('a', ['x'])
    expect(await leaveRoom(as('a'))).toMatchObject({ released: ['c1'] })
    expect(await listClaims(room)).toEqual([])
    expect(await kinds()).toEqual(['claim', 'release'])
  })
})
