import { describe, expect, it } from 'vitest'
import type { LogRotation } from '../../ports/transport.js'
import { createSessionRoom } from '../../testing/session-room.js'
import { handOff } from '../handoff/hand-off.js'
import { escalate } from '../standby/escalate.js'
import { compactRoom } from './compact-room.js'

async function roomThatArchives() {
  const room = await createSessionRoom()
  const asked: unknown[] = []
  const folded: unknown[] = []
  const rotate = async (wish: { dryRun?: boolean | undefined }): Promise<LogRotation> => {
    asked.push(wish)
    const facts = { bytes: 10, oldest: 1, archive: 'changes.jsonl.x' }
    return { outcome: wish.dryRun ? 'would' : 'rotated', ...facts } as LogRotation
  }
  const { transport } = room
  const ctx = {
    ...room.as('a1'),
    transport: { ...transport, log: { ...transport.log, rotate } },
    history: {
      edits: async (query: unknown) => {
        folded.push(query)
        return []
      },
    },
  }
  return { ctx: ctx as unknown as Parameters<typeof compactRoom>[0], room, asked, folded }
}
const WISH = { minBytes: 5, olderThan: 9 }

describe('compact', () => {
  it('archives the log and folds the history of edits; a look does neither', async () => {
    const { ctx, asked, folded } = await roomThatArchives()
    expect((await compactRoom(ctx, { ...WISH, dryRun: true })).log).toMatchObject({ outcome: 'would' })
    expect(folded).toEqual([])
    expect((await compactRoom(ctx, WISH)).log).toMatchObject({ outcome: 'rotated' })
    expect(folded).toHaveLength(1)
    expect(asked).toMatchObject([{ ...WISH, dryRun: true }, WISH])
  })

  it('keeps a log with an open question or handoff, and says how many', async () => {
    const { ctx, room, asked } = await roomThatArchives()
    await escalate(room.as('a2'), { reason: 'which one?' })
    expect(await compactRoom(ctx, WISH)).toEqual({ log: { outcome: 'kept-open', open: 1 } })
    expect(asked).toMatchObject([{ dryRun: true }])
    expect((await compactRoom(ctx, { ...WISH, withOpen: true })).log).toMatchObject({ outcome: 'rotated' })
  })

  it('keeps a log with an open handoff', async () => {
    const { ctx, room } = await roomThatArchives()
    const ownership = {
      ...{ owns: ['a.ts'], does_not_own: ['b.ts'], interface_contract: 'returns cents' },
      ...{ integration_checkpoint: 'tests pass', allowed_tools: ['edit'], denied_tools: [] },
    }
    expect(await handOff(room.as('a1'), { to: 'codex', message: 'take it', ownership })).toMatchObject({
      accepted: true,
    })
    expect(await compactRoom(ctx, WISH)).toEqual({ log: { outcome: 'kept-open', open: 1 } })
  })

  it('does not count a question that was answered', async () => {
    const { ctx, room } = await roomThatArchives()
    const { revision } = await escalate(room.as('a2'), { reason: 'which one?' })
    await escalate(room.as('a1'), { reason: 'this one', acknowledges: String(revision) })
    expect((await compactRoom(ctx, WISH)).log).toMatchObject({ outcome: 'rotated' })
  })

  it('says what the store says where there is nothing to archive, or where it cannot', async () => {
    const { ctx, room } = await roomThatArchives()
    const none = { outcome: 'small', bytes: 1, oldest: null, archive: null }
    await escalate(room.as('a2'), { reason: 'which one?' })
    const log = { ...ctx.transport.log, rotate: async () => none }
    const small = { ...ctx, transport: { ...ctx.transport, log } } as unknown as typeof ctx
    expect(await compactRoom(small, WISH)).toEqual({ log: none })
    const { rotate: _none, ...plain } = ctx.transport.log
    const never = { ...ctx, transport: { ...ctx.transport, log: plain } } as unknown as typeof ctx
    expect((await compactRoom(never, WISH)).log.outcome).toBe('unsupported')
  })
})
