import { beforeEach, describe, expect, it } from 'vitest'
import { stateOf } from '../../rules/handoff/handoff-states.js'
import { createSessionRoom, type SessionRoom } from '../../testing/session-room.js'
import { claimFiles } from '../claim/claim-files.js'
import { listClaims } from '../claim/list-claims.js'
import { countUnread } from '../inbox/read-inbox.js'
import { postRecord } from '../log/post-record.js'
import { retractRecord } from '../log/retract-record.js'
import { announcePresence } from '../presence/announce-presence.js'
import { findOpenHandoffs } from './find-open-handoffs.js'
import { handOff } from './hand-off.js'
import { listHandoffs } from './list-handoffs.js'
import { acceptHandoff, settleHandoff } from './settle-handoff.js'

let room: SessionRoom
const claude = () => room.as('a1')
const codex = (id = 'c1') => room.as(id, { tool: 'codex' })
beforeEach(async () => {
  room = await createSessionRoom()
  for (const ctx of [claude(), codex(), codex('c2')]) await announcePresence(ctx)
})

const ownership = {
  ...{ owns: ['src/prices.js'], does_not_own: [], allowed_tools: [], denied_tools: [] },
  ...{ interface_contract: 'f(x) is pure', integration_checkpoint: 'tests pass' },
}
async function post(more: { toSessionId?: string; to?: string } = {}) {
  const answer = await handOff(claude(), { to: 'codex', message: 'take it', ownership, ...more })
  return String(answer.accepted ? answer.sent.revision : 0)
}
const state = async (number: string) =>
  (await listHandoffs(claude(), { all: true })).filter((one) => String(one.number) === number).map(stateOf)[0]
const isOpenForGates = async () => (await findOpenHandoffs(claude(), { sessionId: 'a1' })).length > 0

describe('a handoff', () => {
  it('is accepted: its files are claimed, the message handled, whoever handed over hears it; gates wait until it is done', async () => {
    const id = await post()
    expect(await state(id)).toBe('open')
    const answer = await acceptHandoff(codex(), { handoff: id, text: 'on it' })
    expect(answer).toMatchObject({ accepted: true, claim: { session_id: 'c1', patterns: ['src/prices.js'] } })
    expect(await state(id)).toBe('accepted')
    expect(await isOpenForGates()).toBe(true)
    expect(await countUnread(codex(), { tool: 'codex', sessionId: 'c1' })).toMatchObject({ total: 0 })
    const [message] = await room.transport.inbox.read('claude_code', 0)
    expect(message?.message).toMatchObject({ to_session_id: 'a1', payload: { message: 'on it' } })
    await expect(acceptHandoff(codex('c2'), { handoff: id })).rejects.toMatchObject({
      ...{ code: 'HANDOFF_CLOSED', exit: 5 },
      message: `the handoff ${id} cannot be changed: it is accepted already (codex-1)`,
    })
    await settleHandoff(codex(), 'done', { handoff: id, text: 'tests pass' })
    expect(await state(id)).toBe('done')
    expect(await isOpenForGates()).toBe(false)
    expect(await listHandoffs(claude())).toEqual([])
    await expect(settleHandoff(codex(), 'done', { handoff: id })).rejects.toMatchObject({ code: 'HANDOFF_CLOSED' })
  })

  it('is declined, which settles it for gates; a retraction of that opens it again', async () => {
    const id = await post()
    const { posted } = await settleHandoff(codex(), 'declined', { handoff: id, text: 'no time' })
    expect(await state(id)).toBe('declined')
    expect(await isOpenForGates()).toBe(false)
    await retractRecord(codex(), { fact: posted.eventId ?? '', reason: 'found time' })
    expect([await state(id), await isOpenForGates()]).toEqual(['open', true])
  })

  it('is settled by a record of the existing system that refers to it', async () => {
    const answer = await handOff(claude(), { to: 'codex', message: 'take it', ownership })
    const ref = answer.accepted ? answer.sent.eventId : null
    await postRecord(codex(), { kind: 'feedback', message: 'done', payload: { ref } })
    expect((await listHandoffs(claude(), { all: true })).map(stateOf)).toEqual(['done'])
  })

  it('for one session is that one to accept; a person may act for anybody, whoever handed over may close it', async () => {
    const id = await post({ toSessionId: 'c1' })
    const refusal = { code: 'HANDOFF_CLOSED', message: `the handoff ${id} cannot be changed: it is for codex-1` }
    await expect(acceptHandoff(codex('c2'), { handoff: id })).rejects.toMatchObject(refusal)
    await expect(settleHandoff(codex('c2'), 'done', { handoff: id })).rejects.toMatchObject(refusal)
    expect(await acceptHandoff(room.as('human.ann', { tool: 'human' }), { handoff: id })).toMatchObject({
      accepted: true,
    })
    await settleHandoff(claude(), 'done', { handoff: id })
    expect(await state(id)).toBe('done')
    await expect(acceptHandoff(codex(), { handoff: '77' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('takes over what was claimed by whoever hands over; a claim of anybody else refuses and changes nothing', async () => {
    await claimFiles(claude(), { patterns: ['src/'] })
    const id = await post()
    expect(await acceptHandoff(codex(), { handoff: id })).toMatchObject({ accepted: true })
    const claims = (await listClaims(claude())).map(({ claim }) => [claim.session_id, claim.patterns])
    expect(claims).toEqual([['c1', ['src/prices.js']]])
    const other = await post()
    expect(await acceptHandoff(codex('c2'), { handoff: other })).toMatchObject({ accepted: false })
    expect(await state(other)).toBe('open')
  })

  it('of words instead of files is accepted without a claim; of several who accept at once one gets it', async () => {
    const words = { ...ownership, owns: ['/the whole cart'] }
    await handOff(claude(), { message: 'any', ownership: words })
    const tries = await Promise.allSettled(['c1', 'c2'].map((id) => acceptHandoff(codex(id), { handoff: '1' })))
    const won = tries.filter(({ status }) => status === 'fulfilled')
    expect(won).toHaveLength(1)
    expect(won[0]).toMatchObject({ value: { claim: null } })
  })
})
