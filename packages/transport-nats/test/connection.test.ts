import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect as natsConnect, nkeys } from '@nats-io/transport-node'
import { isRallyError } from '@rally/core/errors'
import type { LogCursor } from '@rally/core/model/presence'
import type { ServerConnection, ServerSettings } from '@rally/core/ports/transport-plugin'
import { afterEach, beforeEach, expect, it } from 'vitest'
import factory from '../src/transport.js'
import { makeCertificates } from './certificates.js'
import { makeJwtWorld } from './jwt.js'
import { until } from './machines.js'
import { describeWithServer, type ServerOptions, startServer, type TestServer } from './nats-server.js'
import { api, connectTo, testChannel } from './test-api.js'

/** Milliseconds after which something counts as what never comes. */
const NEVER_MS = 600_000
const SECRET = 's3cr3t-pässword'

describeWithServer('connecting', () => {
  let dir: string
  let server: TestServer | undefined
  const connections: ServerConnection[] = []

  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'rally-nats-client-'))
  })
  afterEach(async () => {
    for (const connection of connections.splice(0)) await connection.close()
    await server?.stop()
    server = undefined
    rmSync(dir, { recursive: true, force: true })
  })

  const start = async (options: ServerOptions = {}) => {
    server = await startServer(options)
    return server
  }
  const file = (name: string, text: string) => {
    writeFileSync(path.join(dir, name), text)
    return path.join(dir, name)
  }
  const connect = async (settings: ServerSettings) => {
    const connection = await connectTo(settings)
    connections.push(connection)
    return connection
  }
  /** Connects, and shows that the account can be written to. */
  const works = async (settings: ServerSettings) => {
    const connection = await connect(settings)
    const transport = connection.open({ channel: testChannel('room'), key: 'room', machine: 'here' })
    await transport.log.append(draft(1))
    await transport.leases.compareAndSet('lead', null, { held: true })
    return connection
  }
  /** The error, after making sure that no part of it holds a secret. */
  const failure = async (attempt: Promise<unknown>) => {
    const error = await attempt.then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    if (!isRallyError(error)) throw new Error(`no RallyError: ${String(error)}`)
    const shown = JSON.stringify([error.message, error.hint, error.details, error.stack])
    for (const secret of [SECRET, encodeURIComponent(SECRET), 'tok-123']) expect(shown).not.toContain(secret)
    return error
  }

  it('takes user and password from the URL and from a file', async () => {
    const { url, port } = await start({ config: `authorization { user: "team", password: "${SECRET}" }` })
    await works({ to: `nats://team:${encodeURIComponent(SECRET)}@127.0.0.1:${port}` })
    await works({ to: url, user: 'team', password_file: file('password', `${SECRET}\n`) })
    expect((await connect({ to: `nats://team:${encodeURIComponent(SECRET)}@127.0.0.1:${port}` })).server).toBe(
      `127.0.0.1:${port}`,
    )
    expect((await failure(connect({ to: url }))).code).toBe('SERVER_REFUSED')
    expect((await failure(connect({ to: `nats://team:${SECRET}x@127.0.0.1:${port}` }))).code).toBe('SERVER_REFUSED')
    const unreadable = await failure(connect({ to: url, user: 'team', password_file: path.join(dir, 'absent') }))
    expect(unreadable.code).toBe('CONFIG_INVALID')
  })

  it('takes a token from the URL and from a file', async () => {
    const { url, port } = await start({ config: 'authorization { token: "tok-123" }' })
    await works({ to: `nats://tok-123@127.0.0.1:${port}` })
    await works({ to: url, token_file: file('token', 'tok-123\n') })
    expect((await failure(connect({ to: url, token_file: file('token', 'tok-1234') }))).code).toBe('SERVER_REFUSED')
  })

  it('takes an NKey seed from a file', async () => {
    const pair = nkeys.createUser()
    const { url } = await start({ config: `authorization { users: [ { nkey: ${pair.getPublicKey()} } ] }` })
    await works({ to: url, nkey: file('seed', `${new TextDecoder().decode(pair.getSeed())}\n`) })
    const other = new TextDecoder().decode(nkeys.createUser().getSeed())
    expect((await failure(connect({ to: url, nkey: file('seed', other) }))).code).toBe('SERVER_REFUSED')
  })

  it('takes a credentials file, and takes the renewed one when it connects again', async () => {
    const { config, credentials, expired } = makeJwtWorld()
    const { url } = await start({ config })
    expect((await failure(connect({ to: url, credentials: file('creds', expired) }))).code).toBe('SERVER_REFUSED')
    const connection = await works({ to: url, credentials: file('creds', credentials) })
    const transport = connection.open({ channel: testChannel('room'), key: 'room', machine: 'here' })
    // Between two connections the file is exchanged.
    await server?.kill()
    file('creds', expired)
    await server?.start()
    await expect
      .poll(async () => (await failure(transport.log.append(draft(2)))).code, { timeout: NEVER_MS })
      .toBe('SERVER_REFUSED')
    file('creds', credentials)
    await expect.poll(() => connection.up, { timeout: NEVER_MS }).toBe(true)
    await expect
      .poll(() => transport.log.append(draft(3)).then(() => 'stored', String), { timeout: NEVER_MS })
      .toBe('stored')
  })

  it('encrypts, and refuses a certificate that has expired or that nobody vouches for', async () => {
    const certificates = makeCertificates(path.join(dir, 'certs'))
    const tls = (pair: { cert: string; key: string }) => `tls { cert_file: "${pair.cert}", key_file: "${pair.key}" }`
    const good = await start({ config: tls(certificates.server) })
    const to = `tls://localhost:${good.port}`
    const connection = await works({ to, tls: { ca: certificates.ca } })
    expect((await connection.check()).find(({ code }) => code === 'server-tls')?.severity).toBe('ok')
    const unknown = await failure(connect({ to }))
    expect(unknown.code).toBe('SERVER_CERTIFICATE')
    expect(unknown.message).toMatch(/authority/)
    await good.stop()
    const old = await start({ config: tls(certificates.expired) })
    const expired = await failure(connect({ to: `tls://localhost:${old.port}`, tls: { ca: certificates.ca } }))
    expect(expired.code).toBe('SERVER_CERTIFICATE')
    expect(expired.message).toMatch(/expired/)
  })

  it('wants encryption where tls:// asks for it', async () => {
    const { port } = await start()
    expect((await failure(connect({ to: `tls://127.0.0.1:${port}` }))).code).toBe('SERVER_CERTIFICATE')
  })

  it('says what is missing: a server, JetStream, a sensible URL', async () => {
    const plain = await start({ jetstream: false })
    const without = await failure(connect({ to: plain.url }))
    expect(without.code).toBe('SERVER_UNSUPPORTED')
    expect(without.message).toMatch(/JetStream/)
    await plain.kill()
    expect((await failure(connect({ to: plain.url }))).code).toBe('SERVER_UNREACHABLE')
    for (const to of [
      'http://tok-123@x',
      'nats://',
      `nats://tok-123@:bad:${SECRET}`,
      '',
      'nats://tok-123@h/%zz path',
    ]) {
      expect((await failure(connect({ to }))).code, to).toBe('CONFIG_INVALID')
    }
  })

  it('says when a stream is at its limit, and takes up again when there is room', async () => {
    const { url } = await start()
    const open = async (max_bytes: number) =>
      (await connect({ to: url, max_bytes })).open({ channel: testChannel('full'), key: 'full', machine: 'here' })
    const transport = await open(4_000)
    let stored = 0
    const full = await failure(
      (async () => {
        for (; stored < 1_000; stored++) await transport.log.append(draft(stored))
      })(),
    )
    expect(full.code).toBe('SERVER_FULL')
    expect(stored).toBeGreaterThan(3)
    expect((await failure(transport.inbox.deliver(message(1)))).code).toBe('SERVER_FULL')
    const roomy = await open(1_000_000)
    await roomy.log.append(draft(stored))
    await transport.log.append(draft(stored + 1))
    expect((await transport.log.read({ revision: 0, changes_offset: 0 })).records).toHaveLength(stored + 2)
  })

  it('leaves streams alone that are not ours', async () => {
    const { url } = await start()
    const admin = await natsConnect({ servers: url })
    const jsm = await jetstreamManager(admin)
    await jsm.streams.add({ name: 'rally_CH_room', subjects: ['other.>'] })
    await jetstream(admin).publish('other.x', 'precious')
    await jsm.streams.add({ name: 'greedy', subjects: ['rally.taken.>'] })
    await jsm.streams.add({ name: 'KV_rally_presence', subjects: ['$KV.rally_presence.>'] })
    const connection = await connect({ to: url })
    const open = (key: string) => connection.open({ channel: testChannel(key), key, machine: 'here' })
    expect((await failure(open('room').log.append(draft(1)))).code).toBe('SERVER_FOREIGN_STREAM')
    expect((await failure(open('taken').log.append(draft(1)))).code).toBe('SERVER_FOREIGN_STREAM')
    expect((await failure(open('fine').sessions.put(presence()))).code).toBe('SERVER_FOREIGN_STREAM')
    await open('fine').log.append(draft(1))
    expect((await jsm.streams.info('rally_CH_room')).state.messages).toBe(1)
    await admin.close()
  })

  it('keeps teams with different prefixes apart', async () => {
    const { url } = await start()
    const open = async (prefix: string) =>
      (await connect({ to: url, prefix })).open({ channel: testChannel('room'), key: 'room', machine: 'here' })
    const [one, two] = [await open('one'), await open('two')]
    await one.log.append(draft(1))
    await one.sessions.put(presence())
    expect(await two.log.revision()).toBe(0)
    expect(await two.sessions.list()).toEqual([])
  })

  it('works with the documented permissions, and those reach no other team', async () => {
    const permissions = documentedPermissions()
    const { port } = await start({
      config: `authorization { users: [ { user: rally, password: pw, permissions: ${permissions} }, { user: admin, password: pw } ] }`,
    })
    const admin = await connect({ to: `nats://admin:pw@127.0.0.1:${port}`, prefix: 'other' })
    await admin.open({ channel: testChannel('room'), key: 'room', machine: 'x' }).log.append(draft(1))
    const to = `nats://rally:pw@127.0.0.1:${port}`
    const connection = await works({ to })
    const transport = connection.open({ channel: testChannel('room'), key: 'room', machine: 'here' })
    await transport.sessions.put(presence())
    await transport.inbox.deliver(message(1))
    await transport.inbox.setCursor('codex', 's1', { direct: { line_count: 1 } } as never)
    expect(await transport.sessions.list()).toHaveLength(1)
    expect((await transport.log.read({ revision: 0, changes_offset: 0 })).records).toHaveLength(1)
    expect(await transport.log.latest(5)).toHaveLength(1)
    expect(await transport.inbox.read('codex', 0)).toHaveLength(1)
    expect((await connection.check()).filter(({ severity }) => severity === 'error')).toEqual([])
    const stop = new AbortController()
    let hints = 0
    const watching = transport.watch(() => hints++, { signal: stop.signal, pollMs: 600_000 })
    const before = hints
    await transport.log.append(draft(2))
    await expect.poll(() => hints, { timeout: NEVER_MS }).toBeGreaterThan(before)
    stop.abort()
    await watching
    expect((await failure(connect({ to, prefix: 'other' }))).code).toBe('SERVER_FORBIDDEN')
  })

  it('fails calls at once while the server is gone and goes on when it is back, with everything that was stored', async () => {
    const { url } = await start()
    const connection = await connect({ to: url })
    const transport = connection.open({ channel: testChannel('room'), key: 'room', machine: 'here' })
    const states: boolean[] = []
    connection.onChange((up) => states.push(up))
    let n = 0
    for (const _ of [1, 2, 3]) {
      for (let k = 0; k < 5; k++) await transport.log.append(draft(n++))
      expect((await transport.log.read({ revision: 0, changes_offset: 0 })).records).toHaveLength(n)
      await server?.kill()
      expect((await failure(transport.log.append(draft(-1)))).code).toBe('SERVER_UNREACHABLE')
      expect(connection.up).toBe(false)
      await server?.start()
      await expect.poll(() => connection.up, { timeout: NEVER_MS }).toBe(true)
      // JetStream answers a moment after the port does.
      await expect.poll(() => transport.log.revision().catch(() => -1), { timeout: NEVER_MS }).toBe(n)
    }
    expect(states).toEqual([false, true, false, true, false, true])
    const { records } = await transport.log.read({ revision: 0, changes_offset: 0 })
    expect(records.map((record) => record.payload.n)).toEqual(Array.from({ length: n }, (_, index) => index))
  })

  it('reads on after a silence in which the server forgot the reader, also by being started again', async () => {
    const { url } = await start()
    let silence = 0
    const clock = { now: () => Date.now() / 1000 + silence }
    const connection = await factory({ ...api, clock }).connect({ to: url }, { name: 'rally-test' })
    connections.push(connection)
    const transport = connection.open({ channel: testChannel('room'), key: 'room', machine: 'here' })
    const readOn = async (after: LogCursor, count: number) => {
      const page = await transport.log.read(after)
      expect(page.records).toHaveLength(count)
      return page.cursor
    }
    await transport.log.append(draft(1))
    let at = await readOn({ revision: 0, changes_offset: 0 }, 1)

    const admin = await natsConnect({ servers: url })
    const jsm = await jetstreamManager(admin)
    for await (const stream of jsm.streams.names()) {
      for await (const { name } of jsm.consumers.list(stream)) await jsm.consumers.delete(stream, name)
    }
    await admin.close()
    silence = 31
    await transport.log.append(draft(2))
    at = await readOn(at, 1)

    await server?.kill()
    await server?.start()
    await until('it is back', () => connection.up)
    await transport.log.append(draft(3))
    await readOn(at, 1)
  })

  it('refuses the replay of a record whose confirmation was lost', async () => {
    const { url } = await start()
    const transport = (await connect({ to: url })).open({ channel: testChannel('r'), key: 'r', machine: 'here' })
    const origin = { machine: 'm', epoch: 'e', position: 1 }
    const first = await transport.log.append({ ...draft(1), origin })
    const restarted = (await connect({ to: url })).open({ channel: testChannel('r'), key: 'r', machine: 'here' })
    expect(await restarted.log.append({ ...draft(1), origin })).toMatchObject({
      replayed: true,
      revision: first.revision,
    })
  })

  it('keeps a relayed message once when it arrives twice, whatever came in between', async () => {
    const { url } = await start()
    const open = async () => (await connect({ to: url })).open({ channel: testChannel('r'), key: 'r', machine: 'here' })
    const [first, second] = [await open(), await open()]
    const relayed = (position: number) => ({
      ...message(position),
      rally_origin: { machine: 'm', epoch: 'e', position },
    })
    await first.inbox.deliver(relayed(1))
    await second.inbox.deliver(message(7))
    await second.inbox.deliver(relayed(1))
    await first.inbox.deliver(relayed(2))
    await first.inbox.deliver(message(7))
    const entries = await second.inbox.read('codex', 0)
    expect(entries.map(({ ordinal, message }) => [ordinal, message?.payload.n])).toEqual([
      [1, 1],
      [2, 7],
      [3, 2],
      [4, 7],
    ])
  })

  it('compresses what is large and says when it is too large all the same', async () => {
    const { url } = await start({ config: 'max_payload: 100000' })
    const transport = (await connect({ to: url })).open({ channel: testChannel('r'), key: 'r', machine: 'here' })
    await transport.log.append({ ...draft(1), payload: { message: 'prose '.repeat(100_000) } })
    expect(String((await transport.log.latest(1)).at(0)?.payload.message)).toHaveLength(600_000)
    const noise = execFileSync('openssl', ['rand', '-base64', '300000']).toString()
    expect((await failure(transport.log.append({ ...draft(2), payload: { message: noise } }))).code).toBe('TOO_LARGE')
    await transport.log.append(draft(3))
  })

  it('a stream that was removed is made again', async () => {
    const { url } = await start()
    const transport = (await connect({ to: url })).open({ channel: testChannel('r'), key: 'r', machine: 'here' })
    await transport.log.append(draft(1))
    const before = await transport.numbering?.()
    const admin = await natsConnect({ servers: url })
    await (await jetstreamManager(admin)).streams.delete('rally_CH_r')
    await admin.close()
    expect(await transport.log.read({ revision: 0, changes_offset: 0 })).toMatchObject({ records: [] })
    await transport.log.append(draft(2))
    await transport.inbox.deliver(message(1))
    expect((await transport.log.read({ revision: 0, changes_offset: 0 })).records.map((r) => r.payload.n)).toEqual([2])
    expect(await transport.numbering?.()).not.toBe(before)
  })
})

/** The permissions block of the reference page, as it stands there. */
function documentedPermissions(): string {
  const page = new URL('../../../docs/reference/nats.md', import.meta.url)
  const text = execFileSync('cat', [page.pathname]).toString()
  const block = /<!-- permissions -->\s*```\n([\s\S]*?)```/.exec(text)?.[1]
  if (block === undefined) throw new Error('docs/reference/nats.md has lost its permissions block')
  return block
}

function draft(n: number) {
  return {
    kind: 'feedback',
    tool: 'codex',
    model: 'm',
    run_id: 'r',
    app_slug: 'a',
    payload: { n, subject: 's' },
    ts: 1,
  }
}

function message(n: number) {
  const base = { schema_version: '1.0', kind: 'message', from: 'cursor', to: 'codex', requires_ack: false, ts: n }
  return { ...base, id: `m-${n}`, payload: { n } }
}

function presence() {
  const base = { session_id: 's1', tool: 'codex', model: 'm', run_id: 'r', app_slug: 'a', phase: 'p' }
  return { ...base, files_in_flight: [], heartbeat_ts: 1 }
}
