import fs from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { ChangeRecord } from '@rally/core/model/change-record'
import type { JsonObject } from '@rally/core/readers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeScratch, type Scratch } from '../support/scratch-channel.js'

const GOLDEN = fileURLToPath(new URL('../../../../test/golden/', import.meta.url))

let scratch: Scratch
beforeEach(() => {
  scratch = makeScratch()
})
afterEach(() => scratch.remove())

function copyChannel(name: string): JsonObject {
  fs.cpSync(`${GOLDEN}channels/${name}/apps/demo-app`, scratch.dir, { recursive: true, force: true })
  return JSON.parse(fs.readFileSync(`${GOLDEN}channels/${name}/expect.json`, 'utf8'))
}

/** The reference drops retracted records while it reads; the transport leaves that to the rules. */
const retracted = (records: readonly ChangeRecord[]) => {
  const targets = new Set(records.filter(({ kind }) => kind === 'retract').map(({ payload }) => payload.retracts))
  return records.filter(({ kind, event_id }) => kind === 'retract' || !targets.has(event_id))
}

describe.each(['busy', 'log'])('the recorded channel %s', (name) => {
  it('gives the records that the reference reads', async () => {
    const expected = copyChannel(name)
    const [changes, offset] = expected.changes as [JsonObject[], number]
    const page = await scratch.open().log.read({ revision: 0, changes_offset: 0 })
    expect(page.records).toHaveLength(expected.changes_raw_unresolved_count as number)
    expect(retracted(page.records)).toEqual(changes)
    expect(page.more).toBe(false)
    expect(page.cursor).toEqual({ revision: expected.revision, changes_offset: offset })
  })

  it('gives the same records from the end and to a projection', async () => {
    const expected = copyChannel(name)
    const { log } = scratch.open()
    const { records } = await log.read({ revision: 0, changes_offset: 0 })
    expect(await log.latest(1000)).toEqual(records)
    expect(await log.latest(3)).toEqual(records.slice(-3))
    const projection = {
      name: 'test',
      version: 1,
      initial: () => [] as ChangeRecord[],
      fold: (all: ChangeRecord[], record: ChangeRecord) => [...all, record],
    }
    expect(await log.project(projection)).toEqual(records)
    expect(await log.revision()).toBe(expected.revision)
    expect(await log.rejections()).toBe(expected.rejections)
  })

  it('reads the lease', async () => {
    const expected = copyChannel(name)
    const lease = await scratch.open().leases.read('lead')
    expect(lease?.value ?? null).toEqual(expected.lead)
  })
})

describe('the recorded channel busy', () => {
  it('reads presence: the cursor of a reader stub, and what the roster shows of the others', async () => {
    const expected = copyChannel('busy')
    const { sessions } = scratch.open()
    expect((await sessions.get('reader-1'))?.cursor).toEqual(expected.cursor_reader_1)
    const listed = (await sessions.list()).filter(({ tool }) => tool !== 'reader').map(({ session_id }) => session_id)
    const shown: string[] = []
    const walk = (agents: JsonObject[]): void => {
      for (const agent of agents) {
        shown.push(agent.session_id as string)
        walk(agent.children as JsonObject[])
      }
    }
    walk((expected.roster_all as { agents: JsonObject[] }).agents)
    expect(listed).toEqual(shown.sort())
  })

  it('reads the inbox and its cursors: unread counts and the newest messages', async () => {
    const expected = copyChannel('busy')
    const { inbox } = scratch.open()
    for (const box of expected.inbox as JsonObject[]) {
      const [tool, session] = [box.tool as string, box.session_id as string]
      const cursor = await inbox.cursor(tool, session)
      const unread = async (name: string, acked = 0) => {
        const entries = await inbox.read(name, acked)
        expect((await inbox.size(name)).count - acked).toBe(entries.length)
        return entries.map(({ message }) => message)
      }
      const direct = await unread(tool, cursor?.direct.line_count)
      const broadcast = await unread('all', cursor?.broadcast?.line_count)
      expect({ direct: direct.length, broadcast: broadcast.length }).toMatchObject({
        direct: (box.unread as JsonObject).direct,
        broadcast: (box.unread as JsonObject).broadcast,
      })
      const newest = [...direct, ...broadcast].sort((a, b) => (a?.ts ?? 0) - (b?.ts ?? 0)).slice(-3)
      expect(newest.map((message) => message?.id)).toEqual((box.latest as JsonObject[]).map(({ id }) => id))
    }
  })

  it('reads the heartbeat line that decides the health of each session', async () => {
    const expected = copyChannel('busy')
    const { heartbeats } = scratch.open()
    for (const row of expected.task_health as JsonObject[]) {
      const latest = (row.result as JsonObject).latest as JsonObject | null
      const lines = await heartbeats.latest(String(row.tool), String(row.session_id))
      if (latest !== null) expect(lines.map(({ id }) => id)).toContain(latest.id)
    }
  })

  it('writes a lease back byte for byte', async () => {
    copyChannel('busy')
    const before = scratch.read('rally/lead.json')
    const { leases } = scratch.open()
    const lease = await leases.read('lead')
    expect(await leases.compareAndSet('lead', lease?.version ?? null, lease?.value)).toBe(true)
    expect(scratch.read('rally/lead.json')).toBe(before)
    expect((await leases.read('lead'))?.version).not.toBe(lease?.version)
  })

  it('writes an ack cursor as the reference does', async () => {
    copyChannel('busy')
    const { inbox } = scratch.open()
    const cursor = await inbox.cursor('codex', 'codex-7')
    if (cursor === undefined) throw new Error('no cursor')
    await inbox.setCursor('codex', 'again', cursor)
    const reference = scratch.read('inbox/.acks/codex/codex-7.json').replaceAll('.0', '')
    expect(scratch.read('inbox/.acks/codex/again.json')).toBe(
      reference.replace('"schema_version": "1"', '"schema_version": "1.0"'),
    )
  })
})
