import { beforeEach, describe, expect, it } from 'vitest'
import { RallyError } from '../../errors.js'
import { createSessionRoom, type SessionRoom } from '../../testing/session-room.js'
import { TEST_NOW } from '../../testing/test-room.js'
import { announcePresence } from '../presence/announce-presence.js'
import { claimLead } from './claim-lead.js'
import { relinquishLead } from './relinquish-lead.js'
import { renewLead } from './renew-lead.js'
import { transferLead } from './transfer-lead.js'

let room: SessionRoom
beforeEach(async () => {
  room = await createSessionRoom()
})

const stored = async () => (await room.transport.leases.read('lead'))?.value
const lastKind = async () => (await room.transport.log.latest(1))[0]?.kind

const LEASE = {
  schema_version: '1.0',
  run_id: 'r1',
  lead: {
    session_id: 's1',
    tool: 'claude_code',
    model: 'inherit',
    lease_until: '2026-11-18T11:21:40.000000+00:00',
    renew_every_minutes: 15,
    work_size: 'large',
    parent_lead: null,
    max_direct_reports: 4,
    current_reports: [],
    owns: ['plan', 'merge_order', 'closeout'],
  },
  chunk_owners: {},
  conflict_rule: 'owner decides owned chunk; lead decides integration; user decides strategy conflict',
}

describe('claimLead', () => {
  it('takes an empty seat as the reference does', async () => {
    expect(await claimLead(room.as('s1', { runId: 'r1' }))).toEqual({
      claimed: true,
      lease: LEASE,
      takenFrom: null,
      revision: 1,
    })
    expect(await stored()).toEqual(LEASE)
    expect((await room.transport.log.latest(1))[0]).toMatchObject({ kind: 'lead-claim' })
    expect((await room.transport.log.latest(1))[0]?.payload).toEqual({
      session_id: 's1',
      lease_until: LEASE.lead.lease_until,
      run_id: 'r1',
    })
  })

  it('is refused while somebody holds the seat, also to the holder', async () => {
    await claimLead(room.as('s1', { runId: 'r1' }))
    for (const id of ['s2', 's1']) {
      expect(await claimLead(room.as(id))).toEqual({
        claimed: false,
        lease: LEASE,
        holder: 's1',
        until: LEASE.lead.lease_until,
        reason: 'held',
      })
    }
    expect(await room.transport.log.revision()).toBe(1)
  })

  it('takes an expired seat and says from whom', async () => {
    await claimLead(room.as('s1'))
    room.clock.set(TEST_NOW + 15 * 60)
    expect(await claimLead(room.as('s2'))).toMatchObject({ claimed: true, takenFrom: 's1' })
    expect((await room.transport.log.latest(1))[0]).toMatchObject({
      kind: 'lead-reclaim',
      payload: { session_id: 's2', from_session_id: 's1' },
    })
  })

  it.each([null, [1], 'x', {}, { lead: 'nobody' }])('takes a damaged seat: %j', async (value) => {
    room.transport.plant.lease('lead', value)
    expect(await claimLead(room.as('s1'))).toMatchObject({ claimed: true, takenFrom: null })
  })

  it('takes a seat whose end cannot be read once any lease would be over', async () => {
    const value = { schema_version: '1.0', run_id: 'r', lead: { session_id: 'x', lease_until: 'whenever' } }
    room.transport.plant.lease('lead', value)
    room.clock.set(TEST_NOW + 2 * 3600 - 1)
    const refused = { claimed: false, holder: 'x', lease: value, reason: 'endless' }
    expect(await claimLead(room.as('s2'))).toMatchObject(refused)
    expect(await renewLead(room.as('x'))).toMatchObject({ renewed: true })
    room.transport.plant.lease('lead', value)
    room.clock.set(TEST_NOW + 4 * 3600)
    expect(await claimLead(room.as('s2'))).toMatchObject({ claimed: true, takenFrom: 'x' })
  })

  it.each([
    [{ minutes: 5 }, 5],
    [{ workSize: 'small' as const }, 30],
    [{ workSize: 'large' as const }, 120],
    [{ minutes: 5, workSize: 'large' as const }, 5],
    [{ effort: 'S', scopePaths: ['a', 'b'] }, 30],
    [{ effort: 'xl' }, 120],
    [{ effort: 'huge', scopePaths: ['a'] }, 30],
    [{ effort: 'S', workSize: 'large' as const }, 120],
    [{ scopePaths: ['a'] }, 15],
  ])('lasts as long as %j says', async (input, minutes) => {
    const claim = await claimLead(room.as('s1'), input)
    const until = new Date((TEST_NOW + minutes * 60) * 1000).toISOString().slice(0, 19)
    expect(claim.claimed && claim.lease.lead.lease_until).toBe(`${until}.000000+00:00`)
  })

  it('has one winner in every race of 16', async () => {
    for (let round = 0; round < 50; round++) {
      const raced = await createSessionRoom()
      const claims = await Promise.all(Array.from({ length: 16 }, (_, i) => claimLead(raced.as(`s${i}`))))
      expect(claims.filter(({ claimed }) => claimed)).toHaveLength(1)
      expect(await raced.transport.log.revision()).toBe(1)
    }
  })
})

describe('the holder', () => {
  it('renews; nobody else does', async () => {
    expect(await renewLead(room.as('s1'))).toEqual({ renewed: false, lease: null, reason: 'no_lead' })
    await claimLead(room.as('s1', { runId: 'r1' }))
    expect(await renewLead(room.as('s2'))).toEqual({ renewed: false, lease: LEASE, reason: 'not_lead' })
    room.clock.set(TEST_NOW + 60)
    const lead = { ...LEASE.lead, lease_until: '2026-11-18T11:12:40.000000+00:00', renew_every_minutes: 5 }
    expect(await renewLead(room.as('s1'), { minutes: 5 })).toMatchObject({ renewed: true, lease: { ...LEASE, lead } })
    expect(await lastKind()).toBe('lead-renew')
    room.clock.set(TEST_NOW + 120)
    await renewLead(room.as('s1'))
    expect(await stored()).toMatchObject({
      lead: { renew_every_minutes: 5, lease_until: '2026-11-18T11:13:40.000000+00:00' },
    })
  })

  it('renews a lease that ran out, unless somebody took it', async () => {
    await claimLead(room.as('s1'))
    room.clock.set(TEST_NOW + 3600)
    expect(await renewLead(room.as('s1'))).toMatchObject({ renewed: true })
    room.clock.set(TEST_NOW + 7200)
    await claimLead(room.as('s2'))
    expect(await renewLead(room.as('s1'))).toMatchObject({ renewed: false, reason: 'not_lead' })
  })

  it('hands the seat on with a fresh window', async () => {
    const to = { sessionId: 's2', tool: 'codex', model: 'gpt-5' }
    expect(await transferLead(room.as('s1'), to)).toMatchObject({ transferred: false, reason: 'no_lead' })
    await claimLead(room.as('s1', { runId: 'r1' }))
    expect(await transferLead(room.as('s2'), to)).toMatchObject({ transferred: false, reason: 'not_lead' })
    room.clock.set(TEST_NOW + 600)
    expect(await transferLead(room.as('s1'), to)).toMatchObject({
      transferred: true,
      lease: {
        lead: { session_id: 's2', tool: 'codex', model: 'gpt-5', lease_until: '2026-11-18T11:31:40.000000+00:00' },
      },
    })
    expect((await room.transport.log.latest(1))[0]).toMatchObject({
      kind: 'lead-transfer',
      payload: { session_id: 's1', to_session_id: 's2', run_id: 'r1' },
    })
    expect(await renewLead(room.as('s1'))).toMatchObject({ renewed: false, reason: 'not_lead' })
    await expect(transferLead(room.as('s2'), { ...to, sessionId: '*' })).rejects.toMatchObject({ code: 'UNSAFE_ID' })
  })

  it('hands the seat on to a session that is known by its presence', async () => {
    await announcePresence(room.as('s2', { tool: 'codex', model: 'gpt-5' }))
    await claimLead(room.as('s1'))
    await transferLead(room.as('s1'), { sessionId: 's2' })
    expect(await stored()).toMatchObject({ lead: { session_id: 's2', tool: 'codex', model: 'gpt-5' } })
    await transferLead(room.as('s2'), { sessionId: 's3' })
    expect(await stored()).toMatchObject({ lead: { session_id: 's3', tool: 'unknown', model: 'unknown' } })
  })

  it('empties the seat', async () => {
    expect(await relinquishLead(room.as('s1'))).toMatchObject({ relinquished: false, reason: 'no_lead' })
    await claimLead(room.as('s1'))
    expect(await relinquishLead(room.as('s2'))).toMatchObject({ relinquished: false, reason: 'not_lead' })
    expect(await relinquishLead(room.as('s1'))).toMatchObject({ relinquished: true })
    expect(await stored()).toBeUndefined()
    expect(await lastKind()).toBe('lead-relinquish')
  })
})

describe('the seat', () => {
  it('that always changes under us is busy, not ours', async () => {
    let asked = 0
    const leases = { ...room.transport.leases, compareAndSet: async () => ++asked < 0 }
    const ctx = room.as('s1')
    const claim = claimLead({ ...ctx, transport: { ...ctx.transport, leases } })
    await expect(claim).rejects.toMatchObject({ code: 'BUSY', details: { what: 'the leadership seat' } })
    expect(asked).toBe(200)
  })

  it('that was taken stays taken when the log cannot say so, and the failure says that', async () => {
    const ctx = room.as('s1')
    const failing = (error: Error) => ({
      ...ctx,
      transport: { ...ctx.transport, log: { ...ctx.transport.log, append: async () => Promise.reject(error) } },
    })
    const full = new RallyError('NOT_STORED', { what: 'record', reason: 'no space left' })
    await expect(claimLead(failing(full))).rejects.toMatchObject({
      ...{ code: 'NOT_STORED', cause: full, message: expect.stringMatching(/lead-claim record.*no space left/) },
      hint: expect.stringContaining('the seat itself was changed'),
    })
    expect(await stored()).toMatchObject({ lead: { session_id: 's1' } })
    await expect(renewLead(failing(new TypeError('bug')))).rejects.toThrow(TypeError)
  })
})
