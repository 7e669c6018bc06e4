import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Channel } from '@rally/core/model/channel'
import type { Transport } from '@rally/core/ports/transport'
import { createTestRoom, testSession } from '@rally/core/testing/test-room'
import { readLead } from '@rally/core/usecases/lead/read-lead'
import { buildRoster } from '@rally/core/usecases/roster/build-roster'
import { findDueWakes } from '@rally/core/usecases/standby/find-due-wakes'
import { checkpointRead } from '@rally/core/usecases/status/checkpoint-read'
import { readStatus } from '@rally/core/usecases/status/read-status'
import { createTransports } from '@rally/local/transport/create-file-transport'
import { afterEach, describe, expect, it } from 'vitest'
import { renderRosterText } from '../src/views/roster/roster-text.js'

const RECORDED = join(import.meta.dirname, '../../../test/golden/channels')

interface Expected {
  readonly at_epoch: number
  readonly roster_120: object
  readonly roster_all: { readonly live_count: number; readonly stale_count: number }
  readonly roster_text_utc: readonly string[]
  readonly task_health: readonly { tool: string; session_id: string; expected_ref: string | null; result: object }[]
  readonly inbox: readonly { tool: string; session_id: string; unread: object; latest: object[] }[]
  readonly changes: readonly [readonly { event_id?: string; kind: string; revision: number }[], number]
  readonly revision: number
  readonly rejections: number
  readonly lead: unknown
  readonly lead_valid_at: boolean
}

const cleanUp: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step()
})

/** A copy of a recorded channel, read with the real file transport at the instant of the recording. */
async function open(name: string) {
  const expected: Expected = JSON.parse(readFileSync(join(RECORDED, name, 'expect.json'), 'utf8'))
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rally-recorded-')))
  cleanUp.push(() => rmSync(folder, { recursive: true, force: true }))
  cpSync(join(RECORDED, name, 'apps'), join(folder, 'apps'), { recursive: true })
  const dir = join(folder, 'apps', 'demo-app')
  const room = await createTestRoom({ dir, appsRoot: join(folder, 'apps') })
  const clock = { now: () => expected.at_epoch }
  const transports = createTransports({
    env: { HOME: folder, XDG_CACHE_HOME: join(folder, 'cache') },
    clock,
    ids: room.ids,
  })
  const transport: Transport = await transports.open(room.channel)
  cleanUp.push(() => transport.close())
  const discovery = {
    resolve: async (): Promise<Channel> => room.channel,
    list: async (): Promise<readonly Channel[]> => [room.channel],
  }
  return { expected, ctx: { ...room, transport, clock }, rosterContext: { clock, transports, discovery } }
}

describe.each(['busy', 'log'])('the recorded channel %s', (name) => {
  it('reads as the same roster', async () => {
    const { expected, rosterContext } = await open(name)
    const roster = await buildRoster(rosterContext)
    expect(roster).toMatchObject(expected.roster_120)
    // What a session edits stands at the end of its line (docs/reference/differences.md).
    const lines = renderRosterText(roster).map((line) => line.replace(/ · edits .*/, ''))
    expect(lines).toEqual(expected.roster_text_utc)
    // The silent are listed as such here (docs/reference/differences.md).
    const { live_count: live, stale_count: stale, ...listed } = expected.roster_all
    const all = await buildRoster(rosterContext, { all: true })
    expect(all).toMatchObject(listed)
    expect(all.live_count + all.stale_count).toBe(live + stale)
  })

  it('reads as the same task health, unread counts and previews', async () => {
    const { expected, ctx } = await open(name)
    for (const { tool, session_id, expected_ref, result } of expected.task_health) {
      const session = testSession({ tool, sessionId: session_id })
      const report = await readStatus({ ...ctx, session }, { taskRef: expected_ref ?? undefined })
      expect(report.task_heartbeat, `${session_id} ${expected_ref}`).toEqual(result)
    }
    for (const { tool, session_id, unread, latest } of expected.inbox) {
      const report = await readStatus({ ...ctx, session: testSession({ tool, sessionId: session_id }) })
      expect(report.inbox_unread_counts).toEqual(unread)
      expect(report.inbox_latest_messages).toEqual(latest)
    }
  })

  it('reads as the same changes, lease and counts', async () => {
    const { expected, ctx } = await open(name)
    const told = await checkpointRead({ ...ctx, session: testSession({ sessionId: 'newcomer' }) })
    const facts = ({ kind, revision }: { kind?: unknown; revision?: unknown }) => [kind, revision]
    expect(told.new_changes.map(facts)).toEqual(expected.changes[0].map(facts))
    const report = await readStatus(ctx)
    expect([report.revision, report.rejection_count]).toEqual([expected.revision, expected.rejections])
    expect(await readLead(ctx)).toMatchObject({ lease: expected.lead, valid: expected.lead_valid_at })
  })
})

it('the acknowledged escalation of the recorded log is closed, its standby is due', async () => {
  const { ctx } = await open('log')
  expect(await readStatus(ctx)).toMatchObject({ escalation_count: 0, status: 'clear' })
  expect(await findDueWakes(ctx, { tool: 'codex' })).toMatchObject([{ reason: 'wait for CI' }])
})
