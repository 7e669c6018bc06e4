import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { RallyError } from '../../errors.js'
import type { HandoffRejection } from '../../model/rejection.js'
import { createSessionRoom, type SessionRoom } from '../../testing/session-room.js'
import { handOff } from './hand-off.js'

let room: SessionRoom
beforeEach(async () => {
  room = await createSessionRoom({ sha256: (text) => createHash('sha256').update(text).digest('hex') })
})

const ownership = {
  owns: ['a.py', 'b.py'],
  does_not_own: ['c.py'],
  interface_contract: 'returns json',
  integration_checkpoint: 'tests pass',
  allowed_tools: ['edit', 'bash'],
  denied_tools: ['web'],
}

describe('handOff', () => {
  it('logs what the reference logs and rings the target', async () => {
    const ctx = room.as('s1', { tool: 'codex', model: 'gpt-5', runId: 'r9' })
    const result = await handOff(ctx, { to: 'claude_code', message: 'please review', ownership })
    expect(result).toMatchObject({ accepted: true, to: 'claude_code', sent: { revision: 1 } })
    const [record] = await room.transport.log.latest(1)
    expect(record).toMatchObject({ kind: 'handoff', tool: 'codex', model: 'gpt-5', run_id: 'r9' })
    expect(record?.payload).toEqual({ session_id: 's1', to: 'claude_code', message: 'please review', ownership })
    expect((await room.transport.inbox.read('claude_code', 0))[0]?.message).toMatchObject({
      kind: 'handoff',
      from: 'codex',
      requires_ack: true,
      payload: { subject: 'please review', ownership },
    })
  })

  it('rings everybody when any peer may take it', async () => {
    await handOff(room.as('s1'), { ownership })
    expect(await room.transport.inbox.boxes()).toEqual(['all'])
    expect((await room.transport.log.latest(1))[0]?.payload).toMatchObject({ to: 'peer', message: '' })
  })

  it('refuses an empty scope with the fingerprint that the reference recorded', async () => {
    const rejections: HandoffRejection[] = []
    const ctx = room.as('s1')
    const log = {
      ...room.transport.log,
      reject: async (rejection: HandoffRejection) => void rejections.push(rejection),
    }
    const result = await handOff(
      { ...ctx, transport: { ...room.transport, log } },
      {
        ownership: {
          owns: [],
          does_not_own: [],
          interface_contract: 'c',
          integration_checkpoint: 'i',
          allowed_tools: [],
          denied_tools: [],
        },
      },
    )
    expect(result).toEqual({
      accepted: false,
      to: 'peer',
      reason: 'empty_ownership_scope',
      missingOrInvalid: ['owns', 'does_not_own'],
      recorded: true,
    })
    expect(rejections).toEqual([
      {
        kind: 'handoff',
        missing_or_invalid: ['owns', 'does_not_own'],
        payload_sha256: 'ede2b4ff1c943d0622ae3da351d43022dd11e05e491ae355cda8a45da4050ff6',
        reason: 'empty_ownership_scope',
        session_id: 's1',
        timestamp: '2026-11-18T11:06:40.000000+00:00',
        tool: 'claude_code',
      },
    ])
  })

  it('posts nothing of a refused handoff', async () => {
    const result = await handOff(room.as('s1'), { to: 'codex', ownership: { owns: ['x'] } })
    expect(result).toMatchObject({
      accepted: false,
      missingOrInvalid: [
        'does_not_own',
        'allowed_tools',
        'denied_tools',
        'interface_contract',
        'integration_checkpoint',
      ],
    })
    expect(await room.transport.log.revision()).toBe(0)
    expect(await room.transport.inbox.boxes()).toEqual([])
    expect(await room.transport.log.rejections()).toBe(1)
  })

  it('says when a refusal could not be kept', async () => {
    const ctx = room.as('s1')
    const reject = async () => {
      throw new RallyError('NOT_STORED', { what: 'rejection', reason: 'read-only' })
    }
    const transport = { ...room.transport, log: { ...room.transport.log, reject } }
    expect(await handOff({ ...ctx, transport }, { ownership: null })).toMatchObject({
      accepted: false,
      recorded: false,
    })
  })
})
