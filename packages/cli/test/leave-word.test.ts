import { execFileSync, spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cleanEnv, RALLY, runRally } from './run-rally.js'

let folder: string
let repo: string
let channel: string

const COMMANDS = [
  ...[
    'ack-inbox',
    'escalate',
    'handoff',
    'heartbeat',
    'inbox-write',
    'post',
    'presence',
    'retract',
    'standby',
    'stop',
    'wake',
  ],
  ...['lead-claim', 'lead-relinquish', 'lead-renew', 'lead-transfer'],
]
const schemas = new Map<string, { safeParse(value: unknown): { success: boolean; error?: unknown } }>()

beforeAll(async () => {
  for (const name of COMMANDS)
    schemas.set(`rally.${name}/1`, (await import(`@rally/core/model/outputs/${name}`)).outputSchema)
})

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'rally-word-')))
  repo = join(folder, 'shop')
  mkdirSync(repo)
  mkdirSync(join(folder, 'home'))
  channel = join(folder, 'home', 'apps', 'shop')
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', ...args], {
      cwd: repo,
      stdio: 'ignore',
    })
  git('init', '-q', '-b', 'main')
  git('commit', '-q', '--allow-empty', '-m', 'one')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function rally(who: { session?: string; tool?: string }, ...args: string[]) {
  const env = cleanEnv(join(folder, 'home'), {
    ...(who.session === undefined ? {} : { RALLY_SESSION_ID: who.session }),
    ...(who.tool === undefined ? {} : { RALLY_TOOL: who.tool }),
  })
  return runRally(args, { cwd: repo, env })
}

const claude = { session: 'claude-1', tool: 'claude_code' }
const codex = { session: 'codex-1', tool: 'codex' }

function json(who: { session?: string; tool?: string }, ...args: string[]) {
  const result = rally(who, ...args, '--json')
  const document = JSON.parse(result.stdout)
  expect(schemas.get(document.schema)?.safeParse(document), result.stdout).toMatchObject({ success: true })
  expect(document.ok).toBe(result.status === 0)
  return { exit: result.status, ...document }
}

const lines = (name: string) =>
  readFileSync(join(channel, name), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

describe('leaving word', () => {
  it('posts records and rings the inbox', () => {
    expect(json(claude, 'post', 'feedback', '--message', 'looks good')).toMatchObject({
      exit: 0,
      ok: true,
      schema: 'rally.post/1',
      kind: 'feedback',
      to: null,
      channel_revision: 1,
      stored: { inbox: false, log: true },
    })
    const direct = json(claude, 'post', 'feedback', '--to', 'codex', '--payload-json', '{"verdict":"PASS"}')
    expect(direct).toMatchObject({ exit: 0, to: 'codex', channel_revision: 2, stored: { inbox: true, log: true } })
    expect(lines('inbox/codex.jsonl')).toMatchObject([{ id: direct.message_id, payload: { verdict: 'PASS' } }])
    expect(rally(claude, 'post', 'dep-change', '--to', 'all').stdout).toBe(
      'posted dep-change to all (revision 3); nobody is here to hear it now\n',
    )
    expect(lines('inbox/all.jsonl')).toHaveLength(1)
  })

  it.each([
    ['post', 'Bad Kind'],
    ['post', 'feedback', '--payload-json', 'no json'],
    ['post', 'feedback', '--payload-json', '[1]'],
    ['heartbeat'],
    ['heartbeat', '--task-ref', 'T', '--status', 'fine'],
    ['escalate'],
    ['standby', '--reason', 'r', '--wake-after', 'soon'],
    ['inbox', 'write'],
    ['lead', 'claim', '--renew-every-minutes', '0'],
  ])('takes a wrong command line for what it is: %s %s', (...args) => {
    expect(json(claude, ...args)).toMatchObject({ exit: 2, ok: false, error: { code: 'USAGE' } })
    expect(existsSync(join(channel, 'changes.jsonl'))).toBe(false)
  })

  it('lets the person at a terminal speak, with no more than a text', () => {
    const user = userInfo().username
    expect(json({}, 'post', 'feedback', '--message', 'x')).toMatchObject({ exit: 0 })
    expect(json({ session: '', tool: '' }, 'escalate', '--reason', 'y')).toMatchObject({
      exit: 0,
    })
    expect(lines('changes.jsonl')).toMatchObject([
      { tool: 'human', bl_payload: { session_id: `human.${user}`, message: 'x' } },
      { tool: 'human', bl_payload: { session_id: `human.${user}` } },
    ])
    expect(JSON.parse(rally({}, 'status', '--json').stdout)).toMatchObject({
      session_id: `human.${user}`,
      name: user,
      active_peers: [],
    })
    expect(rally({}).stdout).toContain(`you  a plain shell (${user})`)
  })

  it('is never taken for a host that nobody named', () => {
    expect(json({ session: 'ann' }, 'post', 'feedback')).toMatchObject({ exit: 0 })
    expect(json({}, 'presence', '--session-id', 'c-9', '--tool', 'codex')).toMatchObject({ exit: 0, name: 'codex-1' })
    expect(json({ tool: 'x' }, 'post', 'feedback', '--session-id', 'codex-1')).toMatchObject({ exit: 0 })
    expect(json({ tool: 'x' }, 'post', 'feedback', '--session-id', 'new')).toMatchObject({ exit: 0 })
    const authors = lines('changes.jsonl').map(({ tool, bl_payload }) => [tool, bl_payload.session_id])
    expect(authors).toEqual([
      ['unknown', 'ann'],
      ['codex', 'c-9'],
      ['x', 'new'],
    ])
  })

  it('asks which session is speaking where only its tool is known, in one sentence', () => {
    const result = rally({}, 'post', 'feedback', '--tool', 'codex')
    expect(result.status).toBe(2)
    expect(result.stdout).toBe('')
    expect(result.stderr).toMatch(/--session-id/)
  })

  it.each([
    ['that climbs', '../x'],
    ['that is a pattern', '*'],
    ['of two lines', 'a\nb'],
    ['of 5,000 characters', 'x'.repeat(5000)],
    ['that is empty', ''],
  ])('builds no path from a session id %s', (_what, id) => {
    for (const args of [['presence'], ['stop'], ['ack-inbox'], ['heartbeat', '--task-ref', 'T'], ['post', 'note']]) {
      const answer = json({}, ...args, '--session-id', id)
      expect(answer.ok, args[0]).toBe(false)
      expect([2, 5], args[0]).toContain(answer.exit)
    }
    expect(existsSync(channel) ? readdirSync(join(channel)).filter((name) => name === 'sessions') : []).toEqual([])
  })

  it('names each field that a handoff misses, keeps the refusal, posts nothing', () => {
    const refused = json(claude, 'handoff', '--to', 'codex', '--owns', 'src/a.ts')
    expect(refused).toMatchObject({
      exit: 5,
      ok: false,
      accepted: false,
      action: 'handoff-rejected',
      channel_revision: null,
      missing_or_invalid: ['interface_contract', 'integration_checkpoint'],
      error: { code: 'HANDOFF_INCOMPLETE' },
    })
    expect(lines('rejections.jsonl')).toMatchObject([{ kind: 'handoff', reason: 'empty_required_string' }])
    expect(existsSync(join(channel, 'changes.jsonl'))).toBe(false)
    const told = rally(claude, 'handoff', '--to', 'codex')
    expect(told.status).toBe(5)
    for (const flag of ['--owns', '--does-not-own', '--interface-contract', '--integration-checkpoint'])
      expect(told.stdout + told.stderr).toContain(flag)
  })

  it('hands work over', () => {
    const contract = ['--owns', 'src/a.ts', '--interface-contract', 'c', '--integration-checkpoint', 'i']
    expect(json(claude, 'handoff', '--to', 'codex', '--message', 'take it', ...contract)).toMatchObject({
      exit: 0,
      accepted: true,
      action: 'handoff-posted',
      channel_revision: 1,
    })
    expect(lines('inbox/codex.jsonl')).toMatchObject([{ kind: 'handoff', requires_ack: true, from: 'claude_code' }])
    expect(lines('changes.jsonl')).toMatchObject([{ kind: 'handoff', target: 'codex', subject: 'take it' }])
  })

  it('escalates, and answers', () => {
    const raised = rally(claude, 'escalate', '--reason', 'which one?')
    expect(raised.stdout).toMatch(/revision 1\)/)
    expect(json(codex, 'escalate', '--reason', 'the plain one', '--acknowledges', '1')).toMatchObject({
      exit: 0,
      action: 'escalation-acknowledged',
      acknowledged: { revision: 1 },
    })
    expect(json(codex, 'escalate', '--reason', 'x', '--acknowledges', '9')).toMatchObject({
      exit: 3,
      ok: false,
      error: { code: 'NOT_FOUND' },
    })
  })

  it('sends messages from somebody without a session, if he says which tool he is', () => {
    expect(json({}, 'inbox', 'write', '--to', 'codex', '--from-tool', 'ci', '--message', 'red')).toMatchObject({
      exit: 0,
      written: true,
      inbox: join(channel, 'inbox', 'codex.jsonl'),
      channel_revision: 1,
    })
    expect(lines('inbox/codex.jsonl')).toMatchObject([{ from: 'ci', payload: { message: 'red' } }])
    expect(lines('inbox/codex.jsonl')[0]).not.toHaveProperty('from_session_id')
    const nobody = json({ tool: 'ci' }, 'post', 'message', '--to', 'codex')
    expect(nobody).toMatchObject({ exit: 2, error: { code: 'SESSION_UNKNOWN' } })
  })

  it('retracts one record', () => {
    json(claude, 'post', 'feedback', '--message', 'wrong')
    const first = json(claude, 'retract', '--fact', '1', '--reason', 'typo')
    expect(first).toMatchObject({ exit: 0, action: 'retracted', channel_revision: 2, fact: '1' })
    expect(json(claude, 'retract', '--fact', '1', '--reason', 'again')).toMatchObject({
      exit: 1,
      ok: false,
      action: 'retract-noop',
      detail: 'already retracted by claude_code (typo)',
    })
    expect(json(claude, 'retract', '--fact', '2', '--reason', 'x')).toMatchObject({
      exit: 1,
      action: 'retract-refused',
    })
    expect(json(claude, 'retract', '--fact', 'blf_no', '--reason', 'x')).toMatchObject({
      exit: 1,
      action: 'retract-target-not-found',
      error: { code: 'RETRACT_NOT_FOUND' },
    })
  })

  it('leads, one session at a time', () => {
    const claimed = rally(claude, 'lead', 'claim', '--run-id', 'r1', '--json')
    expect(claimed.stderr).toBe('[rally-point audit] lead-claim tool=claude_code run_id=r1 session_id=claude-1\n')
    expect(json(codex, 'lead', 'claim')).toMatchObject({
      exit: 5,
      claimed: false,
      lead: { lead: { session_id: 'claude-1' } },
      error: { code: 'LEASE_HELD', details: { holder: 'claude-1', name: null } },
    })
    expect(json(codex, 'lead', 'renew')).toMatchObject({ exit: 5, renewed: false, reason: 'not_lead' })
    expect(json(claude, 'lead', 'transfer', '--to-session-id', 'codex-1', '--to-tool', 'codex')).toMatchObject({
      exit: 0,
      transferred: true,
      lead: { lead: { session_id: 'codex-1', tool: 'codex' } },
    })
    expect(json(codex, 'stop')).toMatchObject({ exit: 0, claims_released: ['lead'], claims_kept: false })
    expect(existsSync(join(channel, 'rally', 'lead.json'))).toBe(false)
    expect(json(codex, 'lead', 'relinquish')).toMatchObject({ exit: 5, relinquished: false, reason: 'no_lead' })
  })

  it('comes and goes', () => {
    const args = [
      '--task',
      'cart\u001b[31m',
      '--files-in-flight',
      'a.ts, b.ts',
      '--spawned',
      'coder:2',
      '--parent',
      'lead-1',
    ]
    expect(json(claude, 'presence', ...args)).toMatchObject({
      exit: 0,
      action: 'presence-written',
      spawned: { coder: 2 },
      parent: 'lead-1',
    })
    expect(rally(claude, 'presence', ...args).stdout).toBe('claude-1 (claude_code) is in shop: cart\n')
    const stored = JSON.parse(readFileSync(join(channel, 'sessions', 'claude-1.json'), 'utf8'))
    expect(stored).toMatchObject({ files_in_flight: ['a.ts', 'b.ts'], cwd: repo, branch_name: 'main' })
    expect(json(claude, 'stop')).toMatchObject({ presence_removed: [join(channel, 'sessions', 'claude-1.json')] })
    expect(json(claude, 'stop')).toMatchObject({ exit: 0, presence_removed: [] })
  })

  it('waits until it is woken', () => {
    const { event_id: id } = json(claude, 'standby', '--reason', 'CI', '--wake-after', '+30m')
    expect(json(codex, 'wake', '--ref-standby', id)).toMatchObject({ exit: 0, ref_standby: id })
    expect(json(codex, 'wake', '--ref-standby', 'blf_no')).toMatchObject({ exit: 3 })
  })
})

describe('a write that was not stored', () => {
  it.each([
    ['presence', ['presence'], 'sessions'],
    ['heartbeat', ['heartbeat', '--task-ref', 'T'], 'task-heartbeats'],
    ['record', ['post', 'note'], 'changes.jsonl'],
    ['message', ['inbox', 'write', '--to', 'codex'], 'inbox'],
    ['acknowledgement', ['ack-inbox'], 'inbox'],
  ])('is a failure: %s', (_what, args, name) => {
    json(claude, 'presence')
    const blocked = join(channel, name)
    rmSync(blocked, { recursive: true, force: true })
    if (name.endsWith('.jsonl')) mkdirSync(blocked)
    else writeFileSync(blocked, '')
    expect(json(codex, ...args)).toMatchObject({ exit: 1, ok: false, error: { code: 'NOT_STORED' } })
  })
})

describe('a seat for which there is no place', () => {
  it('is not claimed', () => {
    json(claude, 'presence')
    writeFileSync(join(channel, 'rally'), '')
    expect(json(codex, 'lead', 'claim')).toMatchObject({ exit: 1, ok: false, error: { code: 'NOT_STORED' } })
  })
})

describe('a message whose record cannot be stored', () => {
  it('says so, and a second try completes it', () => {
    json(claude, 'post', 'note')
    rmSync(join(channel, 'changes.jsonl'))
    mkdirSync(join(channel, 'changes.jsonl'))
    const write = ['inbox', 'write', '--to', 'codex', '--message', 'hello']
    const half = json(claude, ...write)
    expect(half).toMatchObject({
      exit: 1,
      ok: false,
      stored: { inbox: true, log: false },
      error: { code: 'NOT_STORED', details: { message_id: half.message_id } },
    })
    rmSync(join(channel, 'changes.jsonl'), { recursive: true })
    writeFileSync(join(channel, 'changes.jsonl'), '')
    expect(json(claude, ...write, '--message-id', half.message_id)).toMatchObject({
      exit: 0,
      message_id: half.message_id,
      stored: { inbox: true, log: true },
    })
    expect(lines('inbox/codex.jsonl')).toHaveLength(1)
    expect(lines('changes.jsonl')).toMatchObject([{ bl_kind: 'message', bl_payload: { message_id: half.message_id } }])
  })
})

describe('sixteen shells at once', () => {
  it('post ten records each: none is lost, torn or doubled', async () => {
    const loop = `for i in 1 2 3 4 5 6 7 8 9 10; do "$0" "$1" post feedback --message "$i" --json || exit 1; done`
    const shells = Array.from({ length: 16 }, (_, n) => {
      const env = cleanEnv(join(folder, 'home'), { RALLY_SESSION_ID: `s-${n}`, RALLY_TOOL: 'codex' })
      const child = spawn('sh', ['-c', loop, process.execPath, RALLY], { cwd: repo, env })
      let out = ''
      child.stdout.on('data', (bytes) => {
        out += bytes
      })
      return new Promise<string>((resolve, reject) => {
        child.on('close', (code) => (code === 0 ? resolve(out) : reject(new Error(`${code}: ${out}`))))
      })
    })
    const told = (await Promise.all(shells)).flatMap((out) =>
      out.split(/(?<=^\})\n/m).flatMap((document) => (document === '' ? [] : [JSON.parse(document)])),
    )
    const stored = lines('changes.jsonl')
    expect(stored).toHaveLength(160)
    expect(new Set(stored.map(({ event_id }) => event_id)).size).toBe(160)
    const facts = (list: Record<string, unknown>[], revision: string) =>
      list.map((one) => `${one.event_id} ${one[revision]}`).sort()
    expect(facts(told, 'channel_revision')).toEqual(facts(stored, 'bl_revision'))
    expect(new Set(stored.map(({ bl_revision }) => bl_revision)).size).toBe(160)
  })
})
