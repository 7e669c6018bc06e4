import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { output, runChild } from '../support/run-child.js'
import { makeDraft, makeScratch, type Scratch } from '../support/scratch-channel.js'

let scratch: Scratch
beforeEach(() => {
  scratch = makeScratch()
})
afterEach(() => scratch.remove())

describe('append', () => {
  it('creates the channel and its files private to the user, and only when something is written', async () => {
    const fresh = makeScratch({ create: false })
    const transport = fresh.open()
    expect(await transport.log.revision()).toBe(0)
    expect(await transport.sessions.remove('s1')).toBeNull()
    expect(fs.existsSync(fresh.dir)).toBe(false)
    await transport.log.append(makeDraft())
    expect(fs.statSync(fresh.dir).mode & 0o777).toBe(0o700)
    for (const name of ['changes.jsonl', 'revision', 'revision.lock'])
      expect(fs.statSync(`${fresh.dir}/${name}`).mode & 0o777).toBe(0o600)
    fresh.remove()
  })

  it('asks ensureChannel before the first write, and again when the folder vanished', async () => {
    let asked = 0
    const ensureChannel = () => {
      asked++
      fs.mkdirSync(scratch.dir, { recursive: true })
    }
    const { log } = scratch.open({ ensureChannel })
    await log.append(makeDraft())
    await log.append(makeDraft())
    expect(asked).toBe(1)
    fs.rmSync(scratch.dir, { recursive: true })
    expect(await log.append(makeDraft())).toMatchObject({ revision: 1 })
    expect(asked).toBe(2)
    expect(scratch.lines('changes.jsonl')).toHaveLength(1)
  })

  it('writes the number without a newline, in place, also from 9 to 10', async () => {
    const { log } = scratch.open()
    for (let n = 1; n <= 11; n++) {
      expect(await log.append(makeDraft())).toMatchObject({ revision: n })
      expect(scratch.read('revision')).toBe(String(n))
    }
    expect(fs.readdirSync(scratch.dir).sort()).toEqual(['changes.jsonl', 'revision', 'revision.lock'])
  })

  it('goes on behind what the log says when the revision file is missing, behind, damaged or absurd', async () => {
    const line = (revision: number) =>
      `${JSON.stringify({ schema: 'agent-rally.fact.v1', bl_revision: revision, bl_payload: { bl_revision: 9e9 } })}\n`
    for (const text of [undefined, '3', 'abc', '', '-5', '99999999999999999999', '7.5.1', '\u0000\u0000']) {
      scratch.write('changes.jsonl', line(41) + line(40))
      if (text === undefined) fs.rmSync(`${scratch.dir}/revision`, { force: true })
      else scratch.write('revision', text)
      expect((await scratch.open().log.end()).revision).toBe(41)
      expect(await scratch.open().log.append(makeDraft())).toMatchObject({ revision: 42 })
      expect(scratch.read('revision')).toBe('42')
    }
  })

  it('goes on behind the newest archive when the log was just rotated and the revision file is gone', async () => {
    const { log } = scratch.open()
    await log.append(makeDraft())
    await log.append(makeDraft())
    fs.renameSync(`${scratch.dir}/changes.jsonl`, `${scratch.dir}/changes.jsonl.2026-01-01`)
    fs.rmSync(`${scratch.dir}/revision`)
    expect((await scratch.open().log.end()).revision).toBe(2)
    expect(await log.append(makeDraft())).toMatchObject({ revision: 3 })
  })

  it('follows a revision file and a log that others replace under its hands', async () => {
    const { log } = scratch.open()
    await log.append(makeDraft())
    scratch.write('revision.tmp.1', '100')
    fs.renameSync(`${scratch.dir}/revision.tmp.1`, `${scratch.dir}/revision`)
    expect(await log.append(makeDraft())).toMatchObject({ revision: 101 })
    fs.renameSync(`${scratch.dir}/changes.jsonl`, `${scratch.dir}/changes.jsonl.2026-01-01`)
    expect(await log.append(makeDraft())).toMatchObject({ revision: 102 })
    expect(scratch.lines('changes.jsonl')).toHaveLength(1)
    expect(scratch.lines('changes.jsonl.2026-01-01')).toHaveLength(2)
  })

  it('ends a torn line before its own', async () => {
    scratch.write('changes.jsonl', '{"schema":"agent-rally.fact.v1","bl_rev')
    const { log } = scratch.open()
    await log.append(makeDraft())
    await log.append(makeDraft())
    const lines = scratch.read('changes.jsonl').split('\n')
    expect(lines.map((line) => line.length > 60)).toEqual([false, true, true, false])
  })

  it('keeps an event id and an origin that a relay or a retry gives', async () => {
    const { log } = scratch.open()
    const origin = { machine: 'm1', epoch: 'e', position: 7 }
    expect(await log.append(makeDraft({ event_id: 'blf_given', origin }))).toEqual({
      revision: 1,
      eventId: 'blf_given',
    })
    const [record] = await log.latest(1)
    expect(record).toMatchObject({ event_id: 'blf_given', rally_origin: origin })
  })

  it('gives 1,000 records of one second 1,000 event ids', async () => {
    const { log } = scratch.open()
    const ids = new Set<string>()
    for (let i = 0; i < 1000; i++) ids.add((await log.append(makeDraft())).eventId)
    expect(ids.size).toBe(1000)
    for (const id of ids) expect(id).toMatch(/^blf_[0-9a-f]{24}$/)
  })

  it('refuses what nobody could read: too large, too deep, circular', async () => {
    const { log, inbox } = scratch.open()
    let deep: unknown = 1
    for (let i = 0; i < 5000; i++) deep = [deep]
    const circular: Record<string, unknown> = {}
    circular.self = circular
    for (const payload of [{ text: 'x'.repeat(2 << 20) }, { deep }, circular]) {
      await expect(log.append(makeDraft({ payload }))).rejects.toMatchObject({ code: 'NOT_STORED', exit: 1 })
      const message = {
        schema_version: '1.0',
        id: 'm',
        kind: 'message',
        from: 'a',
        to: 'b',
        requires_ack: false,
        ts: 1,
      }
      await expect(inbox.deliver({ ...message, payload })).rejects.toMatchObject({ code: 'NOT_STORED' })
    }
    expect(await log.read({ revision: 0, changes_offset: 0 })).toMatchObject({ records: [] })
  })
})

describe('a write that cannot be stored', () => {
  const replaced: [string, (path: string) => void][] = [
    ['a folder', (path) => fs.mkdirSync(path)],
    ['a FIFO', (path) => execFileSync('mkfifo', [path])],
    ['a link that leads out', (path) => fs.symlinkSync('/dev/null', path)],
  ]
  it.each(replaced)('is reported when %s is in the place of a file', async (_what, make) => {
    for (const name of ['changes.jsonl', 'revision', 'revision.lock']) {
      const one = makeScratch()
      make(`${one.dir}/${name}`)
      await expect(one.open().log.append(makeDraft())).rejects.toMatchObject({ code: 'NOT_STORED' })
      one.remove()
    }
  })

  it('touches nothing outside of the channel', async () => {
    const outside = makeScratch()
    outside.write('target.jsonl', 'precious\n')
    for (const folder of ['inbox', 'sessions', 'task-heartbeats', 'rally'])
      fs.symlinkSync(outside.dir, `${scratch.dir}/${folder}`)
    fs.symlinkSync(`${outside.dir}/target.jsonl`, `${scratch.dir}/rejections.jsonl`)
    const { inbox, sessions, heartbeats, leases, log } = scratch.open()
    const message = {
      schema_version: '1.0',
      id: 'm',
      kind: 'message',
      from: 'a',
      to: 'target',
      requires_ack: false,
      ts: 1,
    }
    const writes = [
      () => inbox.deliver({ ...message, payload: {} }),
      () => sessions.setCursor('target', { revision: 1, changes_offset: 1 }),
      () => heartbeats.append({ tool: 'target' } as never),
      () => leases.compareAndSet('target', null, {}),
      () => log.reject({ kind: 'handoff' } as never),
    ]
    for (const write of writes) await expect(write()).rejects.toMatchObject({ code: 'NOT_STORED' })
    expect(fs.readdirSync(outside.dir)).toEqual(['target.jsonl'])
    expect(outside.read('target.jsonl')).toBe('precious\n')
    expect(await inbox.size('target')).toEqual({ count: 0, lastTs: null })
    expect(await sessions.list()).toEqual([])
    outside.remove()
  })

  it('is taken back when the file system stored only a part, and the next one is whole', async () => {
    // A file may not grow beyond 4 blocks of 512 bytes (dash) or 1024 (bash): writes come short, as on a full disk.
    const prefix = "trap '' XFSZ; ulimit -f 4;"
    const answers = (await runChild(scratch.dir, 'post', { count: 6, prefix })) as Record<string, unknown>[]
    const stored = answers.filter((answer) => 'revision' in answer)
    const refused = answers.filter((answer) => 'error' in answer)
    expect(stored.length).toBeGreaterThan(0)
    expect(refused.length).toBeGreaterThan(0)
    for (const { error, message } of refused) {
      expect(error).toBe('NOT_STORED')
      expect(message).toMatch(/only a part|size limit/)
    }
    expect(scratch.read('changes.jsonl').endsWith('}\n')).toBe(true)
    expect(scratch.lines('changes.jsonl').map(({ event_id }) => event_id)).toEqual(stored.map(({ eventId }) => eventId))
    await scratch.open().log.append(makeDraft())
    const { records } = await scratch.open().log.read({ revision: 0, changes_offset: 0 })
    expect(records).toHaveLength(stored.length + 1)
  })

  it('says so on a full disk in the inbox, too, and spoils no message', async () => {
    const prefix = "trap '' XFSZ; ulimit -f 1;"
    const answers = (await runChild(scratch.dir, 'deliver', { count: 12, prefix })) as unknown[]
    const stored = answers.filter((answer) => typeof answer === 'string')
    expect(stored.length).toBeLessThan(12)
    expect((await scratch.open().inbox.size('all')).count).toBe(stored.length)
  })

  it('can be synced to the device', async () => {
    const { log } = scratch.open({ durability: 'synced' })
    expect(await log.append(makeDraft())).toMatchObject({ revision: 1 })
  })

  it('names the reason when the channel cannot be made', async () => {
    fs.rmSync(scratch.dir, { recursive: true })
    fs.writeFileSync(scratch.dir, 'a file')
    const failure = scratch.open().log.append(makeDraft())
    await expect(failure).rejects.toMatchObject({ code: 'NOT_STORED' })
    await expect(failure).rejects.toThrow(/EEXIST|ENOTDIR|not a folder/)
  })
})

describe('native code', () => {
  it('is loaded for records and leases, and for nothing else', async () => {
    const module = new URL('../../dist/transport/create-file-transport.js', import.meta.url).href
    const script = `
      import { createRequire } from 'node:module'
      import { createFileTransport } from ${JSON.stringify(module)}
      const channel = { app: 'demo-app', dir: ${JSON.stringify(scratch.dir)} }
      const ids = { hex: (n) => 'a'.repeat(n) }
      const t = createFileTransport({ channel, clock: { now: () => 1 }, ids, env: {} })
      const loaded = () => Object.keys(createRequire(${JSON.stringify(module)}).cache).some((name) => name.endsWith('.node'))
      await t.sessions.put({ session_id: 's1', files_in_flight: [] })
      await t.heartbeats.append({ tool: 'codex' })
      await t.inbox.deliver({ to: 'all', from: 'a', id: 'm', payload: {} })
      await t.inbox.setCursor('codex', 's1', { direct: {} })
      await t.log.latest(3)
      await t.log.project({ name: 'p', version: 1, initial: () => 0, fold: (n) => n })
      const before = loaded()
      await t.log.append({ kind: 'phase', tool: 't', model: 'm', run_id: 'r', app_slug: 'a', payload: {}, ts: 1 })
      process.stdout.write(JSON.stringify([before, loaded()]))`
    expect(await output([process.execPath, ['--conditions=rally-internal', '--input-type=module', '-e', script]])).toBe(
      '[false,true]',
    )
  })
})
