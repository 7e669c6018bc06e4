import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { cleanEnv, RALLY, runRally } from '../../cli/test/run-rally.js'
import { describeWithServer, startServer, type TestServer } from './nats-server.js'

const HOOK = join(import.meta.dirname, '..', '..', 'cli', 'bin', 'rally-hook.cjs')
const PLUGIN = join(import.meta.dirname, '..')

/** Two machines as two people would use them: the built executable, its own HOME each, the plugin linked. */
describeWithServer('rally relay', () => {
  let folder: string
  let server: TestServer
  const children: ChildProcess[] = []
  const machine = (name: string) => {
    const home = join(folder, name)
    const repo = join(home, 'app')
    const env = cleanEnv(home, { RALLY_SESSION_ID: `s-${name}`, RALLY_TOOL: 'tester' })
    const run = (...args: string[]) => runRally(args, { cwd: repo, env })
    const json = (...args: string[]) => JSON.parse(run(...args, '--json').stdout)
    const configure = (relay: object) => {
      mkdirSync(join(home, '.config', 'rally'), { recursive: true })
      writeFileSync(join(home, '.config', 'rally', 'config.json'), JSON.stringify({ relay }))
    }
    const relay = () => {
      const child = spawn(process.execPath, [RALLY, 'relay', '--json'], {
        cwd: repo,
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      children.push(child)
      let output = ''
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk
      })
      return {
        events: () =>
          output
            .split('\n')
            .filter(Boolean)
            .map((line) => JSON.parse(line)),
        async stop() {
          const closed = once(child, 'close')
          child.kill('SIGTERM')
          await closed
          return child.exitCode
        },
      }
    }
    /** An agent of Claude Code hears what its hook says. */
    const hook = (event: string, more: object = {}) => {
      const payload = { session_id: `agent-${name}`, cwd: repo, hook_event_name: event, ...more }
      const input = JSON.stringify(payload)
      return spawnSync(process.execPath, [HOOK, 'claude_code', event], { cwd: repo, env, input, encoding: 'utf8' })
        .stdout
    }
    return { home, repo, run, json, configure, relay, hook }
  }
  type Machine = ReturnType<typeof machine>
  let [one, two]: Machine[] = []
  const both = () => [one, two].filter((each) => each !== undefined)

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rally relay '))
    server = await startServer({ config: 'authorization { user: "team", password: "hunter2" }' })
    one = machine('one')
    two = machine('two')
    for (const each of both()) {
      mkdirSync(each.repo, { recursive: true })
      execFileSync('git', ['init', '-q', each.repo])
      expect(each.run('plugins', 'link', PLUGIN).status).toBe(0)
      each.configure({ to: server.url.replace('//', '//team:hunter2@') })
      const announced = each.run('presence', '--task', 'a task')
      expect(announced.status, announced.stderr).toBe(0)
    }
  })
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL')
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('refuses a room without a name, and takes one', async () => {
    const failed = one?.run('relay', '--once', '--json')
    expect(failed?.status).toBe(2)
    expect(failed?.stdout).toContain('RELAY_KEY_UNKNOWN')
    writeFileSync(join(one?.repo ?? '', '.rally.json'), '{\n\t"hooks": { "budget": 500 }\n}\n')
    expect(one?.json('relay', '--channel', 'No such name').error.code).toBe('USAGE')
    for (const each of both())
      expect(each.json('relay', '--channel', 'team-app')).toMatchObject({ ok: true, key: 'team-app' })
    const file = readFileSync(join(one?.repo ?? '', '.rally.json'), 'utf8')
    expect(JSON.parse(file)).toEqual({ hooks: { budget: 500 }, relay: { channel: 'team-app' } })
    expect(file).toContain('\n\t"hooks"')
  })

  it('shows the agents of one machine on the other, hands records over and decides who leads on the server', async () => {
    const relays = both().map((each) => each.relay())
    const sees = async (each: Machine | undefined, session: string) => {
      await expect
        .poll(() => JSON.stringify(each?.json('roster').agents), { timeout: 600_000, interval: 300 })
        .toContain(session)
    }
    await sees(one, 's-two')
    await sees(two, 's-one')
    expect(one?.run('post', 'feedback', '--to', 'tester', '--message', 'hello from one').status).toBe(0)
    await expect
      .poll(() => two?.json('inbox', 'read').messages?.length ?? 0, { timeout: 600_000, interval: 300 })
      .toBe(1)
    expect(JSON.stringify(two?.json('status'))).toContain('hello from one')

    expect(one?.json('lead', 'claim').claimed).toBe(true)
    expect(two?.json('lead', 'claim')).toMatchObject({ ok: false, claimed: false })
    expect(two?.json('lead', 'status').lead.lead.session_id).toBe('s-one')

    expect(one?.json('claim', 'src/**', '--why', 'prices')).toMatchObject({ ok: true, claimed: true })
    // The other machine has no copy of the claims yet: the server knows better.
    expect(two?.json('claim', 'src/a.js', 'docs/')).toMatchObject({ ok: false, error: { code: 'CLAIM_HELD' } })
    expect(two?.json('claim', 'docs/')).toMatchObject({ claimed: true, claim: { fence: 2 } })
    expect(two?.json('claims').claims.map(({ id, holds }: Record<string, unknown>) => [id, holds])).toEqual([
      ['c2', true],
      ['c1', true],
    ])

    await expect
      .poll(() => one?.json('status').relay, { timeout: 600_000, interval: 300 })
      .toMatchObject({ key: 'team-app', running: true, state: 'current' })
    expect(one?.run('status').stdout).toMatch(/relay +team-app on 127\.0\.0\.1/)
    expect(one?.json('relay', '--status')).toMatchObject({ ok: true, running: true, connected: true })
    expect(one?.json('relay', '--once').error.code).toBe('RELAY_RUNNING')
    const checks = one?.json('doctor').checks
    expect(
      checks
        .filter(({ code }: { code: string }) => /relay|server/.test(code))
        .map(({ severity }: { severity: string }) => severity),
    ).not.toContain('error')

    await server.kill()
    await expect.poll(() => one?.json('relay', '--status').connected, { timeout: 600_000, interval: 300 }).toBe(false)
    expect(one?.json('lead', 'relinquish').error.code).toBe('SERVER_UNREACHABLE')
    const refused = one?.run('claim', 'lib/')
    expect([refused?.status, refused?.stderr]).toEqual([6, expect.stringContaining('cannot be reached')])
    expect(one?.json('release', '--all').error.code).toBe('SERVER_UNREACHABLE')
    expect(one?.json('claims').claims.map(({ id }: Record<string, unknown>) => id)).toContain('c1')
    expect(one?.json('lead', 'status').lead.lead.session_id).toBe('s-one')
    expect(one?.run('post', 'feedback', '--message', 'while it was down').status).toBe(0)
    await expect
      .poll(() => one?.json('status').relay, { timeout: 600_000, interval: 300 })
      .toMatchObject({ state: 'offline', waiting_out: 1 })
    await server.start()
    await expect
      .poll(() => readFileSync(join(two?.home ?? '', 'apps/app/changes.jsonl'), 'utf8'), { timeout: 600_000 })
      .toContain('while it was down')
    expect(one?.json('lead', 'relinquish')).toMatchObject({ ok: true })
    expect(one?.json('lead', 'status').lead).toBeNull()
    expect(one?.json('release', '--all')).toMatchObject({ ok: true, released: [{ id: 'c1' }] })
    expect(two?.json('claim', 'src/a.js')).toMatchObject({ claimed: true, claim: { fence: 3 } })

    expect(one?.json('relay', '--detach')).toMatchObject({ ok: true, key: null })
    expect(one?.json('status').relay).toBeNull()
    await expect
      .poll(() => relays[0]?.events().some(({ event }) => event === 'channel-stopped'), { timeout: 600_000 })
      .toBe(true)
    expect(one?.json('lead', 'claim').claimed).toBe(true)
    expect(one?.json('relay', '--attach')).toMatchObject({ ok: true, key: 'team-app' })
    // What was claimed meanwhile counts for all, because nobody else had.
    await expect
      .poll(() => two?.json('lead', 'status').lead?.lead.session_id, { timeout: 600_000, interval: 300 })
      .toBe('s-one')

    for (const relay of relays) expect(await relay.stop()).toBe(143)
    expect(relays[0]?.events().at(-1)?.event).toBe('stopped')
    expect(JSON.stringify(one?.json('roster').agents)).not.toContain('s-two')
  })

  it('a sender sees how far its message got on the other machine, and what was reported last when that is gone', async () => {
    const relays = both().map((each) => each.relay())
    expect(two?.hook('SessionStart', { source: 'startup' })).toBeDefined()
    const sees = (each: Machine | undefined) => JSON.stringify(each?.json('roster').agents)
    await expect.poll(() => sees(one), { timeout: 120_000, interval: 300 }).toContain('agent-two')
    const sent = one?.json('tell', 'agent-two', 'how far is this?')
    expect(sent).toMatchObject({ ok: true, recipients: [{ session_id: 'agent-two' }] })
    const row = () => one?.json('sent', sent.message_id).messages[0].recipients[0]
    await expect.poll(() => row().reported_at, { timeout: 120_000, interval: 300 }).not.toBeNull()
    expect(row()).toMatchObject({ rung: 'stored', told_at: null, session_id: 'agent-two' })
    expect(two?.hook('UserPromptSubmit', { prompt: 'go on' })).toContain('how far is this?')
    // What the other machine told is waited for here.
    const waited = one?.json('tell', 'agent-two', 'and this?', '--message-id', sent.message_id, '--wait', 'told')
    expect(waited.error?.code ?? 'told').toBe('told')
    await expect.poll(() => row().rung, { timeout: 120_000, interval: 300 }).toBe('told')
    two?.run('ack-inbox', '--session-id', 'agent-two', '--tool', 'claude_code')
    await expect.poll(() => row().rung, { timeout: 120_000, interval: 300 }).toBe('acked')
    const answer = two?.json('reply', '--session-id', 'agent-two', '--tool', 'claude_code', sent.message_id, 'so far')
    expect(answer).toMatchObject({ ok: true })
    await expect.poll(() => row().rung, { timeout: 120_000, interval: 300 }).toBe('answered')
    expect(row()).toMatchObject({ told_times: 1, machine: expect.stringMatching(/./), answer: expect.any(Number) })
    expect(one?.run('sent', sent.message_id).stdout).toMatch(
      /told .*, acknowledged .*, answered .* \(#\d+\), on .*: reported \S+ ago/,
    )

    // The agent ends, then its machine goes: what happened stays known.
    two?.hook('SessionEnd', { reason: 'other' })
    for (const relay of relays) expect(await relay.stop()).toBe(143)
    expect(row()).toMatchObject({ rung: 'answered', session_id: 'agent-two', name: 'claude-1' })
    expect(one?.run('sent', sent.message_id).stdout).toContain('reported')
  }, 180_000)

  it('a session whose claim a session of the other machine took hears it before its next edit of such a file', async () => {
    const relays = both().map((each) => each.relay())
    one?.hook('SessionStart', { source: 'startup' })
    const who = ['--session-id', 'agent-one', '--tool', 'claude_code']
    const own = one?.json('claim', 'old/', '--for', '1s', ...who)
    expect(own).toMatchObject({ ok: true, claimed: true })
    // The server has it first; it ends when its length has passed without a word of its session.
    const taken = () => two?.json('claim', 'old/a.js')
    await expect.poll(() => taken().claimed, { timeout: 120_000, interval: 300 }).toBe(true)
    const edit = (file: string) =>
      one?.hook('PreToolUse', { tool_name: 'Write', tool_input: { file_path: join(one.repo, file), content: 'x' } })
    expect(edit('new/b.js')).not.toContain('your claim')
    await expect
      .poll(() => edit('old/b.js'), { timeout: 120_000, interval: 300 })
      .toContain(`your claim ${own.claim.id} of old/ was taken over by`)
    expect(edit('old/c.js')).not.toContain('your claim')
    expect(edit('old/a.js')).toMatch(/claimed old\/a\.js .* on another machine/)
    two?.run('release', '--all')
    one?.hook('SessionEnd', { reason: 'other' })
    for (const relay of relays) expect(await relay.stop()).toBe(143)
  }, 360_000)

  it('the address that a relay was given once decides leases from then on; where it is not known, the error says what to do', async () => {
    const three = machine('three')
    mkdirSync(three.repo, { recursive: true })
    execFileSync('git', ['init', '-q', three.repo])
    three.run('plugins', 'link', PLUGIN)
    writeFileSync(join(three.home, 'password'), 'hunter2\n')
    three.configure({ user: 'team', password_file: '~/password' })
    three.run('presence', '--task', 'a task')
    three.json('relay', '--channel', 'room-of-three')
    const relayed = three.run('relay', '--to', server.url, '--once', '--timeout', '60')
    expect(relayed.status, relayed.stdout + relayed.stderr).toBe(0)
    // On a machine that is busy the server may not answer in time; then whoever asks tries again.
    const leads = () => {
      three.run('lead', 'claim')
      return three.json('lead', 'status').lead?.lead.session_id
    }
    await expect.poll(leads, { timeout: 120_000, interval: 300 }).toBe('s-three')
    const file = join(three.home, 'apps/app/relay.json')
    const { to, ...room } = JSON.parse(readFileSync(file, 'utf8'))
    expect(to).toBe(server.url)
    writeFileSync(file, JSON.stringify(room))
    const { error } = three.json('lead', 'renew')
    expect(error).toMatchObject({ code: 'RELAY_NOT_CONFIGURED' })
    expect(error.hint).toMatch(/127\.0\.0\.1:\d+.*rally relay --detach/)
    expect(three.json('relay', '--detach').ok).toBe(true)
    expect(three.json('lead', 'renew')).toMatchObject({ ok: true })
  })

  it('shows no secret anywhere', () => {
    const shown = both().flatMap((each) =>
      [
        ['relay', '--status'],
        ['relay', '--once'],
        ['status', '--json'],
        ['doctor', '--json'],
      ].map((args) => {
        const { stdout, stderr } = each.run(...args)
        return stdout + stderr
      }),
    )
    const grep = ['-rl', 'hunter2', folder, '--exclude=config.json', '--exclude=password', '--exclude-dir=.git']
    const stored = spawnSync('grep', grep, { encoding: 'utf8' }).stdout
    expect(shown.join('\n')).not.toContain('hunter2')
    expect(stored).toBe('')
  })

  it('says in one error what is wrong with the server', () => {
    const code = (relay: object, ...args: string[]) => {
      one?.configure(relay)
      return one?.json('relay', ...args).error.code
    }
    expect(code({ to: server.url.replace('//', '//team:wrong@') })).toBe('SERVER_REFUSED')
    expect(code({ to: server.url.replace('nats:', 'tls:') })).toBe('SERVER_CERTIFICATE')
    expect(code({ to: 'gopher://x' })).toBe('TRANSPORT_UNKNOWN')
    expect(code({})).toBe('RELAY_NOT_CONFIGURED')
    expect(code({}, '--to', 'nats://secret@host')).toBe('USAGE')
  })

  it('waits for a server that is not there, but not longer than it may', () => {
    one?.configure({ to: 'nats://127.0.0.1:1' })
    const late = one?.run('relay', '--once', '--timeout', '1', '--json')
    expect(late?.status).toBe(4)
    const lines = late?.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines?.map((line) => line.event ?? line.error.code)).toEqual(['waiting', 'TIMED_OUT'])
    expect(one?.run('relay', '--timeout', '1').status).toBe(2)
  })
})
