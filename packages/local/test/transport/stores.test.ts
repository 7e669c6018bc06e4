import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import type { InboxMessage } from '@rally/core/model/message'
import type { Presence } from '@rally/core/model/presence'
import type { TaskHeartbeat } from '@rally/core/model/task-heartbeat'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { appendClaim, readClaims } from '../../src/channel-files/claim-log.js'
import { makeScratch, type Scratch } from '../support/scratch-channel.js'

let scratch: Scratch
beforeEach(() => {
  scratch = makeScratch()
})
afterEach(() => scratch.remove())

const presence = (session_id: string, more: Partial<Presence> = {}): Presence => ({
  session_id,
  tool: 'codex',
  model: 'm',
  run_id: 'r',
  app_slug: 'demo-app',
  phase: 'p',
  files_in_flight: [],
  heartbeat_ts: Date.now() / 1000,
  last_seen: Date.now() / 1000,
  ...more,
})

describe('sessions', () => {
  it('gives back the files of a session that is taken out, and of no other', async () => {
    const { sessions } = scratch.open()
    const now = Date.now() / 1000
    for (const sessionId of ['a', 'b']) {
      await sessions.put(presence(sessionId))
      const files = [{ path: 'src/x.ts', since: now }]
      appendClaim(scratch.channel.dir, { sessionId, tool: 'codex' }, { worktree: '/w', files }, now)
      scratch.write(`hook/${sessionId}.jsonl`, '')
    }
    await sessions.remove('a')
    const query = { sessionId: 'c', paths: ['src/x.ts'], now, caseInsensitive: false }
    expect(readClaims(scratch.channel.dir, query).map(({ sessionId }) => sessionId)).toEqual(['b'])
    expect(fs.readdirSync(`${scratch.channel.dir}/hook`).sort()).toEqual(['b.jsonl', 'claims'])
  })

  it('writes compact JSON, times of a fixed length first, then in the order of the reference, private, in printable ASCII', async () => {
    const { sessions } = scratch.open()
    await sessions.put(
      presence('agent:coder-1a2b', { zebra: 'Ä\u2028\u007f', cwd: '/x', parent: null, task: 't', branch_name: 'b' }),
    )
    const text = scratch.read('sessions/agent:coder-1a2b.json')
    // The order of protocol section 4, for the keys that are there; foreign keys behind them.
    const keys = ['session_id', 'tool', 'model', 'run_id', 'app_slug', 'phase', 'task', 'parent', 'files_in_flight']
    expect(Object.keys(JSON.parse(text))).toEqual([
      ...['heartbeat_ts', 'last_seen'],
      ...keys,
      ...['cursor', 'branch_name', 'cwd', 'zebra'],
    ])
    expect(text).toMatch(/^\{"heartbeat_ts":\d{10}\.\d{3},"last_seen":\d{10}\.\d{3},"session_id"/)
    expect(text).toContain('"zebra":"\\u00c4\\u2028\\u007f"')
    expect(text).not.toMatch(/[^ -~]|": |", /)
    expect(fs.statSync(`${scratch.dir}/sessions/agent:coder-1a2b.json`).mode & 0o777).toBe(0o600)
    expect(fs.statSync(`${scratch.dir}/sessions`).mode & 0o777).toBe(0o700)
  })

  it.each([
    [1_800_000_000, 1_800_000_000.5],
    [1_800_000_000.123, 1_800_000_000.123],
    [1_800_000_000.1234567, 1_800_000_000],
    [0, 99_999_999_999],
  ])('keeps the times %d and %d as they are', async (heartbeat_ts, last_seen) => {
    const { sessions } = scratch.open()
    await sessions.put(presence('s1', { heartbeat_ts, last_seen }))
    expect(JSON.parse(scratch.read('sessions/s1.json'))).toMatchObject({ heartbeat_ts, last_seen })
  })

  it('keeps foreign keys and the cursor, and starts from zero over a damaged file', async () => {
    const { sessions } = scratch.open()
    scratch.write('sessions/s1.json', '{"session_id":"s1","owns":["a"],"cursor":{"revision":4,"changes_offset":9}}')
    await sessions.put(presence('s1', { cursor: { revision: 1, changes_offset: 1 } }))
    expect(await sessions.get('s1')).toMatchObject({
      owns: ['a'],
      cursor: { revision: 4, changes_offset: 9 },
      phase: 'p',
    })
    for (const damage of ['', '{', '[]', '{"cursor":7}', 'x'.repeat(2 << 20)]) {
      scratch.write('sessions/s1.json', damage)
      await sessions.put(presence('s1'))
      expect(await sessions.get('s1')).toMatchObject({ cursor: { revision: 0, changes_offset: 0 }, phase: 'p' })
    }
  })

  it('lists what can be read, whatever lies between', async () => {
    const { sessions } = scratch.open()
    const stored: [string, string][] = [
      [
        'number.json',
        '{"session_id":5,"tool":7,"parent":["x"],"spawned":{"a":Infinity,"b":2},"files_in_flight":"x","cursor":[]}',
      ],
      [
        'good.json',
        JSON.stringify(presence('good', { heartbeat_ts: 5, planned_heartbeat_secs: -3, build_loop_id: null })),
      ],
      ['array.json', '[1]'],
      ['torn.json', '{"session_id":"to'],
      ['huge.json', `{"a":"${'x'.repeat(2 << 20)}"}`],
      ['deep.json', `{"a":${'['.repeat(3000)}${']'.repeat(3000)}}`],
      ['.good.json.tmp.99', '{"session_id":"temporary"}'],
      ['note.txt', '{"session_id":"text"}'],
    ]
    for (const [name, text] of stored) scratch.write(`sessions/${name}`, text)
    fs.mkdirSync(`${scratch.dir}/sessions/folder.json`)
    execFileSync('mkfifo', [`${scratch.dir}/sessions/fifo.json`])
    fs.symlinkSync('/etc/passwd', `${scratch.dir}/sessions/out.json`)
    const outside = makeScratch()
    outside.write('peer.json', '{"session_id":"outside"}')
    fs.symlinkSync(`${outside.dir}/peer.json`, `${scratch.dir}/sessions/peer.json`)
    fs.symlinkSync('good.json', `${scratch.dir}/sessions/inside.json`)
    const listed = await sessions.list()
    expect(listed.map(({ session_id }) => session_id)).toEqual(['good', 'good', 'number'])
    expect(listed[2]).toEqual({
      session_id: 'number',
      tool: '',
      model: '',
      run_id: '',
      app_slug: '',
      phase: '',
      files_in_flight: [],
      heartbeat_ts: 0,
      spawned: { b: 2 },
      cursor: { revision: 0, changes_offset: 0 },
    })
    expect(await sessions.get('fifo')).toBeUndefined()
    expect(await sessions.get('out')).toBeUndefined()
    outside.remove()
  })

  it('refuses unsafe ids before any path is built', async () => {
    const { sessions } = scratch.open()
    for (const id of ['../x', '*', '', 'a/b', '.x', 'a\0', 'a\nb', 'x'.repeat(5000)]) {
      for (const call of [() => sessions.put(presence(id)), () => sessions.get(id), () => sessions.remove(id)])
        await expect(call()).rejects.toMatchObject({ code: 'UNSAFE_ID', exit: 5 })
    }
    expect(fs.readdirSync(scratch.dir)).toEqual([])
  })

  it('removes one exact id and says where it was', async () => {
    const { sessions } = scratch.open()
    for (const id of ['s1', 's11']) await sessions.put(presence(id))
    expect(await sessions.remove('s1')).toBe(`${scratch.dir}/sessions/s1.json`)
    expect((await sessions.list()).map(({ session_id }) => session_id)).toEqual(['s11'])
  })

  it('collects presence of yesterday and leftovers of dead writers when somebody new arrives', async () => {
    const { sessions } = scratch.open()
    const now = Date.now() / 1000
    const day = 86_400
    const stored: [string, string, number][] = [
      [
        'gone.json',
        JSON.stringify(presence('gone', { last_seen: now - 2 * day, heartbeat_ts: now - 2 * day })),
        2 * day,
      ],
      ['fresh-file.json', JSON.stringify(presence('fresh-file', { last_seen: now - 2 * day })), 10],
      ['fresh-word.json', JSON.stringify(presence('fresh-word', { last_seen: now - 10 })), 2 * day],
      ['stub.json', '{"session_id":"stub","tool":"reader","heartbeat_ts":0}', 3 * day],
      ['torn.json', '{"session', 3 * day],
      ['.a.json.tmp.123', '{}', 7200],
      ['.b.json.tmp.123-abcdef01', '{}', 7200],
      ['.c.json.tmp.124-abcdef01', '{}', 10],
    ]
    for (const [name, text, age] of stored) fs.utimesSync(scratch.write(`sessions/${name}`, text), now, now - age)
    await sessions.put(presence('new'))
    expect(fs.readdirSync(`${scratch.dir}/sessions`).sort()).toEqual([
      '.c.json.tmp.124-abcdef01',
      'fresh-file.json',
      'fresh-word.json',
      'new.json',
      'stub.json',
      'torn.json',
    ])
  })
})

const message = (more: Partial<InboxMessage> = {}): InboxMessage => ({
  schema_version: '1.0',
  id: 'm',
  kind: 'message',
  from: 'codex',
  to: 'claude_code',
  requires_ack: false,
  ts: 1795000000.25,
  payload: {},
  ...more,
})

describe('the inbox', () => {
  it('counts non-blank lines, torn ones and the unfinished last one, and splits at newlines alone', async () => {
    const { inbox } = scratch.open()
    const raw = `{"id":"m1","from":"a","ts":1,"payload":{"subject":"x\u2028y"}}\r\n\n \t\r\n{"id": "torn\n[1]\n{"id":"m2","ts":"x"}\n{"id":"last","from":"x","to":"y","ts":5}`
    scratch.write('inbox/claude_code.jsonl', Buffer.concat([Buffer.from(raw)]))
    const entries = await inbox.read('claude_code', 0)
    expect(entries.map(({ ordinal, message }) => [ordinal, message?.id ?? null])).toEqual([
      [1, 'm1'],
      [2, null],
      [3, null],
      [4, 'm2'],
      [5, 'last'],
    ])
    expect(entries[3]?.message).toMatchObject({
      kind: 'message',
      from: 'unknown',
      requires_ack: false,
      ts: 0,
      payload: {},
    })
    expect(await inbox.size('claude_code')).toEqual({ count: 5, lastTs: 5 })
    await inbox.deliver(message({ ts: 9 }))
    expect((await inbox.read('claude_code', 4)).map(({ message }) => message?.id)).toEqual(['last', 'm'])
    expect(await inbox.size('claude_code')).toEqual({ count: 6, lastTs: 9 })
  })

  it('shows messages with bytes that are not UTF-8', async () => {
    scratch.write(
      'inbox/all.jsonl',
      Buffer.from([...Buffer.from('{"id":"m1","payload":{"subject":"'), 0xff, ...Buffer.from('"}}\n')]),
    )
    const [entry] = await scratch.open().inbox.read('all', 0)
    expect(entry?.message?.payload.subject).toBe('\ufffd')
  })

  it('reads a large box from a place near the ordinal, also after others appended', async () => {
    const line = (n: number) => `{"id":"m${n}","ts":${n},"payload":{"text":"${'x'.repeat(1000)}"}}\n`
    let text = ''
    for (let n = 1; n <= 2000; n++) text += n % 100 === 0 ? `\n${line(n)}` : line(n)
    scratch.write('inbox/codex.jsonl', text)
    for (let round = 0; round < 2; round++) {
      const { inbox } = scratch.open()
      expect(await inbox.size('codex')).toEqual({ count: 2000, lastTs: 2000 })
      for (const after of [0, 1, 999, 1000, 1998, 2000, 5000]) {
        const ids = (await inbox.read('codex', after, 2)).map(({ ordinal, message }) => [ordinal, message?.id])
        expect(ids).toEqual([after + 1, after + 2].filter((n) => n <= 2000).map((n) => [n, `m${n}`]))
      }
    }
    fs.appendFileSync(`${scratch.dir}/inbox/codex.jsonl`, line(2001))
    expect(await scratch.open().inbox.size('codex')).toEqual({ count: 2001, lastTs: 2001 })
    scratch.write('inbox/codex.jsonl', line(1))
    expect(await scratch.open().inbox.size('codex')).toEqual({ count: 1, lastTs: 1 })
  })

  it('makes an id where there is none, in the form of the reference', async () => {
    const { inbox } = scratch.open()
    const path = await inbox.deliver(message({ id: '', from: 'agent:coder' }))
    expect(path).toBe(`${scratch.dir}/inbox/claude_code.jsonl`)
    expect(scratch.lines('inbox/claude_code.jsonl')[0]?.id).toMatch(/^agent_coder-1795000000250-[0-9a-f]{8}$/)
  })

  it('names its boxes and folds names that are no file names', async () => {
    const { inbox } = scratch.open()
    await inbox.deliver(message({ to: 'agent:coder/../x' }))
    await inbox.deliver(message({ to: 'all' }))
    expect(await inbox.boxes()).toEqual(['agent_coder_.._x', 'all'])
    expect((await inbox.size('agent coder .. x')).count).toBe(1)
  })

  it('reads ack cursors of any shape', async () => {
    const { inbox } = scratch.open()
    const shapes: [string, number][] = [
      ['{"direct":{"line_count":"3"}}', 3],
      ['{"direct":{"line_count":-3},"broadcast":[]}', 0],
      ['{"direct":{"line_count":null,"last_message_ts":"x"}}', 0],
      ['{"direct":7}', 0],
      ['{}', 0],
    ]
    for (const [text, expected] of shapes) {
      scratch.write('inbox/.acks/codex/s1.json', text)
      const cursor = await inbox.cursor('codex', 's1')
      expect(cursor?.direct).toEqual({ line_count: expected, last_message_ts: null })
      expect(cursor?.broadcast).toBeUndefined()
    }
    for (const text of ['', '[]', '{']) {
      scratch.write('inbox/.acks/codex/s1.json', text)
      expect(await inbox.cursor('codex', 's1')).toBeUndefined()
    }
    expect(await inbox.cursor('codex', 'nobody')).toBeUndefined()
  })
})

const heartbeat = (more: Partial<TaskHeartbeat> = {}): TaskHeartbeat => ({
  schema_version: '1.0',
  kind: 'task-heartbeat',
  id: 'h',
  session_id: 's1',
  tool: 'agent:coder',
  model: 'm',
  run_id: 'r',
  app_slug: 'demo-app',
  task_ref: 't1',
  status: 'running',
  still_on_task: true,
  progress_since_last: '',
  evidence_refs: [],
  attention_reason: '',
  interval_seconds: 600,
  next_check_in_at: 700,
  ts: 100,
  ...more,
})

describe('heartbeats', () => {
  it('are kept by safe tool name with the raw id inside', async () => {
    const { heartbeats } = scratch.open()
    await heartbeats.append(heartbeat())
    expect(scratch.lines('task-heartbeats/agent_coder.jsonl')).toEqual([heartbeat()])
    expect(await heartbeats.latest('agent:coder', 's1')).toEqual([heartbeat()])
    expect(await heartbeats.latest('agent:coder', 's2')).toEqual([])
  })

  it('survive lines of any kind, and an unfinished last one counts when it is whole', async () => {
    const { heartbeats } = scratch.open()
    await heartbeats.append(heartbeat({ id: 'a' }))
    const odd =
      '{"session_id":"s1","ts":"later","status":"dancing","task_ref":5,"interval_seconds":"x","next_check_in_at":null}'
    fs.appendFileSync(
      `${scratch.dir}/task-heartbeats/agent_coder.jsonl`,
      `\n[1]\n{"session_id":"s1"\n{"session_id":7}\n${odd}`,
    )
    const latest = await heartbeats.latest('agent:coder', 's1')
    expect(latest.map(({ id }) => id)).toEqual(['a', ''])
    expect(latest[1]).toMatchObject({
      ts: 0,
      status: 'running',
      task_ref: '',
      interval_seconds: 600,
      next_check_in_at: 600,
    })
  })

  it('find a session that wrote long ago among thousands of others', async () => {
    const lines = [heartbeat({ session_id: 'old', id: 'needle' })]
    for (let n = 0; n < 6500; n++) lines.push(heartbeat({ session_id: `s${n}`, id: `h${n}` }))
    scratch.write('task-heartbeats/codex.jsonl', `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`)
    for (let round = 0; round < 2; round++) {
      const { heartbeats } = scratch.open()
      expect((await heartbeats.latest('codex', 'old')).map(({ id }) => id)).toEqual(['needle'])
      expect((await heartbeats.latest('codex', 's6499')).map(({ id }) => id)).toEqual(['h6499'])
      expect(await heartbeats.latest('codex', 'nobody')).toEqual([])
    }
  })
})

describe('leases', () => {
  it('know when they were written', async () => {
    const { leases } = scratch.open()
    await leases.compareAndSet('lead', null, { n: 1 })
    fs.utimesSync(`${scratch.dir}/rally/lead.json`, 1000, 1234.5)
    expect((await leases.read('lead'))?.writtenAt).toBe(1234.5)
  })

  it('are compact with sorted keys, and a damaged seat is neither empty nor stuck', async () => {
    const { leases } = scratch.open()
    expect(await leases.read('lead')).toBeUndefined()
    expect(await leases.compareAndSet('lead', null, { z: 1, a: { c: 'é', b: 2 } })).toBe(true)
    expect(scratch.read('rally/lead.json')).toBe('{"a":{"b":2,"c":"\\u00e9"},"z":1}')
    expect(await leases.compareAndSet('lead', null, {})).toBe(false)
    const makers: ((path: string) => void)[] = [
      (path) => fs.writeFileSync(path, '{"torn'),
      (path) => fs.writeFileSync(path, ''),
      (path) => fs.writeFileSync(path, '[1]'),
      (path) => execFileSync('mkfifo', [path]),
      (path) => fs.mkdirSync(path),
    ]
    for (const make of makers) {
      const path = `${scratch.dir}/rally/lead.json`
      fs.rmSync(path, { recursive: true })
      make(path)
      const seat = await leases.read('lead')
      expect(seat?.value).toBeNull()
      expect(await leases.compareAndSet('lead', null, {})).toBe(false)
      expect(await leases.compareAndSet('lead', seat?.version ?? '', { n: 1 })).toBe(true)
      expect((await leases.read('lead'))?.value).toEqual({ n: 1 })
    }
    const held = await leases.read('lead')
    expect(await leases.compareAndSet('lead', held?.version ?? '', null)).toBe(true)
    expect(await leases.read('lead')).toBeUndefined()
    expect(fs.existsSync(`${scratch.dir}/rally/lead.lock`)).toBe(true)
  })
})
