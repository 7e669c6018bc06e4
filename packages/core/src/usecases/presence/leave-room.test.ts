import { beforeEach, describe, expect, it } from 'vitest'
import { RallyError } from '../../errors.js'
import { createSessionRoom, type SessionRoom } from '../../testing/session-room.js'
import { claimLead } from '../lead/claim-lead.js'
import { announcePresence } from './announce-presence.js'
import { leaveRoom } from './leave-room.js'

let room: SessionRoom
beforeEach(async () => {
  room = await createSessionRoom()
  for (const id of ['s1', 's2']) await announcePresence(room.as(id))
})

const ids = async () => (await room.transport.sessions.list()).map(({ session_id: id }) => id)

describe('leaveRoom', () => {
  it('removes exactly this session', async () => {
    expect(await leaveRoom(room.as('s1'))).toEqual({
      name: 'claude-code-1',
      removed: 'memory:sessions/s1',
      released: [],
    })
    expect(await ids()).toEqual(['s2'])
    expect(await leaveRoom(room.as('s1'))).toEqual({ name: 's1', removed: null, released: [] })
  })

  it('gives up the lead, with the reason', async () => {
    await claimLead(room.as('s1'))
    expect(await leaveRoom(room.as('s1'), { reason: 'done' })).toMatchObject({ released: ['lead'] })
    expect(await room.transport.leases.read('lead')).toBeUndefined()
    expect((await room.transport.log.latest(1))[0]).toMatchObject({
      kind: 'lead-relinquish',
      payload: { reason: 'done' },
    })
  })

  it('leaves the lead of another, and its own when asked to', async () => {
    await claimLead(room.as('s1'))
    expect((await leaveRoom(room.as('s2'))).released).toEqual([])
    expect((await leaveRoom(room.as('s1'), { keepClaims: true })).released).toEqual([])
    expect(await room.transport.leases.read('lead')).toBeDefined()
  })

  it.each(['*', '../rally/lead', ''])('takes %j for no session', async (id) => {
    await claimLead(room.as('s1'))
    await expect(leaveRoom(room.as(id))).rejects.toMatchObject({ code: 'UNSAFE_ID' })
    expect(await ids()).toEqual(['s1', 's2'])
    expect(await room.transport.leases.read('lead')).toBeDefined()
  })

  it('is not kept here by a server that is down, but by any other failure', async () => {
    await claimLead(room.as('s1'))
    const leaving = (code: 'SERVER_UNREACHABLE' | 'READ_FAILED') => {
      const ctx = room.as('s1')
      const read = async () => Promise.reject(new RallyError(code, { server: 'x', path: 'x', reason: 'down' }))
      return leaveRoom({ ...ctx, transport: { ...ctx.transport, leases: { ...ctx.transport.leases, read } } })
    }
    await expect(leaving('READ_FAILED')).rejects.toMatchObject({ code: 'READ_FAILED' })
    expect(await ids()).toEqual(['s1', 's2'])
    expect(await leaving('SERVER_UNREACHABLE')).toMatchObject({ removed: 'memory:sessions/s1', released: [] })
    expect(await ids()).toEqual(['s2'])
  })

  it('says why the lead is free when nobody gave a reason', async () => {
    await claimLead(room.as('s1'))
    await leaveRoom(room.as('s1'))
    expect((await room.transport.log.latest(1))[0]?.payload).toMatchObject({ reason: 'session left' })
  })
})
