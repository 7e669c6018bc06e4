import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { RALLY, RALLY_HOOK, World } from '../support/world.js'

// Who lives, with real processes in the place of hosts: every view and every hook has to give the same answer.

const PROGRAM = join(import.meta.dirname, 'children/host-program.mjs')
const MINUTE = 60

let world: World
const started: ChildProcess[] = []
const pids: number[] = []
beforeAll(() => {
  world = new World()
  fs.mkdirSync(join(world.root, 'bin'))
  fs.symlinkSync(RALLY_HOOK, join(world.root, 'bin/rally-hook'))
})
beforeEach(() => {
  fs.rmSync(join(world.root, 'apps'), { recursive: true, force: true })
  fs.rmSync(world.state, { recursive: true, force: true })
  fs.rmSync(join(world.repo, '.rally.json'), { force: true })
})
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
  for (const pid of pids.splice(0)) if (isThere(pid)) process.kill(pid, 'SIGKILL')
})
afterAll(() => world.remove())

function isThere(pid: number): boolean {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
    return !'ZX'.includes(stat.slice(stat.lastIndexOf(')') + 2)[0] ?? 'Z')
  } catch {
    return false
  }
}

async function ends(pid: number): Promise<void> {
  while (isThere(pid)) await new Promise((resolve) => setTimeout(resolve, 10))
}

interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A program that stands for a host and runs commands in shells below it. */
class Host {
  readonly #child: ChildProcess
  readonly #answers: AsyncIterator<string>
  /** Of the host itself, as those see it who look from here. */
  pid = 0

  private constructor(
    child: ChildProcess,
    readonly input: number,
  ) {
    if (child.stdout === null) throw new Error('no pipe')
    this.#child = child
    this.#answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  }

  /** `line` starts the program, whose words are "$@" in a shell. */
  static async start(line = 'exec "$@"', place: readonly string[] = []): Promise<Host> {
    // A pipe of a name: one of the child's own would be closed when what started it ends.
    const pipe = join(fs.mkdtempSync(join(world.root, 'host-')), 'in')
    spawnSync('mkfifo', [pipe])
    const input = fs.openSync(pipe, 'r+')
    const script = `exec <'${pipe}'; ${line}`
    const [program = '', ...args] = [...place, '/bin/sh', '-c', script, 'sh', process.execPath, PROGRAM]
    const child = spawn(program, args, { cwd: world.repo, env: world.env, stdio: ['ignore', 'pipe', 'inherit'] })
    started.push(child)
    const host = new Host(child, input)
    host.pid = Number((await host.run('echo $PPID')).stdout)
    if (place.length === 0) pids.push(host.pid)
    return host
  }

  async run(command: string, request: object = {}): Promise<Ran> {
    fs.writeSync(this.input, `${JSON.stringify({ command, cwd: world.repo, ...request })}\n`)
    const { value } = await this.#answers.next()
    if (value === undefined) throw new Error(`the host ended: ${command}`)
    return JSON.parse(value)
  }

  rally(words: string): Promise<Ran> {
    return this.run(`'${process.execPath}' '${RALLY}' ${words}`)
  }

  async json(words: string): Promise<Record<string, never>> {
    const { stdout, stderr } = await this.rally(`${words} --json`)
    if (stdout === '') throw new Error(stderr)
    return JSON.parse(stdout)
  }

  /** Codex fires a hook: which process it is has to be found out from the ancestors. */
  async codex(id: string, event: string, more: object = {}): Promise<string> {
    const payload = { session_id: id, transcript_path: 't', cwd: world.repo, hook_event_name: event, model: 'm' }
    const input = JSON.stringify({ ...payload, turn_id: '1', ...more })
    return this.hook(`codex ${event}`, input)
  }

  /** As hosts do: the installed program, which is a shell script first. */
  async hook(words: string, input: string, env: object = {}): Promise<string> {
    return (await this.run(`'${join(world.root, 'bin/rally-hook')}' ${words}`, { input, env })).stdout
  }

  kill(): Promise<void> {
    process.kill(this.pid, 'SIGKILL')
    return ends(this.pid)
  }

  async killStarter(): Promise<void> {
    const gone = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await gone
  }
}

/** The session was heard of so long ago (seconds), by its record and by its announcements. */
function silence(id: string, secs: number): void {
  const at = Date.now() / 1000 - secs
  const path = join(world.channel, 'sessions', `${id}.json`)
  const presence = JSON.parse(fs.readFileSync(path, 'utf8'))
  fs.writeFileSync(path, JSON.stringify({ ...presence, last_seen: at, heartbeat_ts: at }))
  fs.utimesSync(path, at, at)
  const announced = join(world.channel, 'hook/inflight', `${id}.jsonl`)
  if (fs.existsSync(announced)) fs.utimesSync(announced, at, at)
}

function nameOf(id: string): string {
  return JSON.parse(fs.readFileSync(join(world.channel, 'sessions', `${id}.json`), 'utf8')).name
}

interface Node {
  readonly session_id: string
  readonly stale: boolean
  readonly children: readonly Node[]
}

interface Views {
  readonly roster: readonly string[]
  readonly status: readonly string[]
  readonly rally: readonly string[]
  readonly greeting: string
}

/** Who is live, as each view tells it to somebody who comes. */
async function views(ask: (words: string) => unknown, greet: () => unknown): Promise<Views> {
  const ids = (list: unknown) =>
    (list as { session_id: string }[]).map(({ session_id }) => session_id).filter((id) => id !== 'comes')
  const flat = (nodes: readonly Node[]): Node[] => nodes.flatMap((node) => [node, ...flat(node.children)])
  const greeting = String(await greet())
  const roster = (await ask('roster')) as { agents: Node[] }
  const status = (await ask('status')) as { active_peers: object[] }
  const here = (await ask('')) as { agents?: { session_id: string; state: string }[]; peers?: object[] }
  const seen = here.peers ?? here.agents?.filter(({ state }) => state !== 'silent' && state !== 'gone')
  return {
    roster: ids(flat(roster.agents)).sort(),
    status: ids(status.active_peers).sort(),
    rally: ids(seen ?? []).sort(),
    greeting,
  }
}

const fromHere = () =>
  views(
    (words) => world.json(words === '' ? [] : words.split(' ')),
    () =>
      world.hook('codex', 'SessionStart', {
        session_id: 'comes',
        ...{ transcript_path: 't', cwd: world.repo, hook_event_name: 'SessionStart', model: 'm', source: 'startup' },
      }).stdout,
  )

const START = { source: 'startup' }

describe.runIf(process.platform === 'linux')('a host that is started', () => {
  const starters: readonly (readonly [how: string, line: string, needs: string])[] = [
    ['by a shell', 'exec "$@"', 'sh'],
    ['with setsid', 'exec setsid "$@"', 'setsid'],
    ['with nohup', 'exec nohup "$@" 2>/dev/null', 'nohup'],
    ['as a child of tini', 'exec tini -s -- "$@"', 'tini'],
    ['as a child of process 1, or of what collects orphans', 'exec 3<&0; "$@" <&3 & exit 0', 'sh'],
  ]
  for (const [how, line, needs] of starters) {
    const isHere = spawnSync('sh', ['-c', `command -v ${needs}`]).status === 0
    it.runIf(isHere)(`${how} is live while its process is, in every view, and gone with it`, async () => {
      const host = await Host.start(line)
      await host.codex('long', 'SessionStart', START)
      silence('long', 10 * MINUTE)
      const name = nameOf('long')
      const live = await fromHere()
      expect(live).toMatchObject({ roster: ['long'], status: ['long'], rally: ['long'] })
      expect(live.greeting).toContain(name)
      expect((await host.rally('claim src/a.ts')).code).toBe(0)
      expect(world.rally(['claims']).stdout).toContain(name)
      await host.kill()
      const gone = await fromHere()
      expect(gone).toMatchObject({ roster: [], status: [], rally: [] })
      expect(gone.greeting).not.toContain(name)
      expect(world.json(['claims'])).toMatchObject({ claims: [] })
    })
  }

  it('and then reparented is the same host', async () => {
    const host = await Host.start('exec 3<&0; "$@" <&3 & wait')
    await host.codex('long', 'SessionStart', START)
    const before = fs.readFileSync(join(world.channel, 'sessions/long.json'), 'utf8')
    await host.killStarter()
    const parent = () => fs.readFileSync(`/proc/${host.pid}/stat`, 'utf8').replace(/^.*\) \S+ (\d+) .*$/s, '$1')
    expect(parent()).not.toBe('0')
    await host.codex('long', 'UserPromptSubmit', { prompt: 'go on' })
    silence('long', 10 * MINUTE)
    const after = JSON.parse(fs.readFileSync(join(world.channel, 'sessions/long.json'), 'utf8'))
    expect(after).toMatchObject({ host_pid: JSON.parse(before).host_pid, name: JSON.parse(before).name })
    expect(fs.readdirSync(join(world.channel, 'sessions')).filter((name) => name.startsWith('long'))).toHaveLength(1)
    expect(await fromHere()).toMatchObject({ roster: ['long'], status: ['long'], rally: ['long'] })
    await host.kill()
    expect(await fromHere()).toMatchObject({ roster: [], status: [], rally: [] })
  })

  const box = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc']
  const hasBox = spawnSync(box[0] ?? '', [...box.slice(1), 'true']).status === 0
  const hasTini = spawnSync('sh', ['-c', 'command -v tini']).status === 0
  const first: readonly (readonly [how: string, line: string, isHere: boolean])[] = [
    ['as process 1 of a container', 'exec "$@"', hasBox],
    ['below tini as process 1 of a container', 'exec tini -- "$@"', hasBox && hasTini],
  ]
  for (const [how, line, isHere] of first) {
    it.runIf(isHere)(`${how} is live for all who are in there`, async () => {
      const host = await Host.start(line, box)
      await host.codex('long', 'SessionStart', START)
      silence('long', 45 * MINUTE)
      const inside = await views(
        async (words) => host.json(words),
        async () => (await host.rally('roster')).stdout,
      )
      expect(inside).toMatchObject({ roster: ['long'], rally: [] })
      expect(inside.greeting).toContain(nameOf('long'))
      // From outside its process proves nothing, and nothing was heard of it for long.
      expect(await fromHere()).toMatchObject({ roster: [], status: [], rally: [] })
    })
  }
})

describe.runIf(process.platform === 'linux')('a session that a hook finds in the middle of its work', () => {
  it('belongs to the host, not to the program that the host starts for the hook', async () => {
    const host = await Host.start()
    await host.codex('first', 'SessionStart', START)
    for (const [index, event] of ['PreToolUse', 'UserPromptSubmit', 'PreToolUse'].entries()) {
      const id = `s${index}`
      const payload = { session_id: id, transcript_path: 't', cwd: world.repo, hook_event_name: event, prompt: 'x' }
      const env = { CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: id }
      await host.hook(`claude_code ${event}`, JSON.stringify({ ...payload, ...editOf('a.txt') }), env)
      const stored = JSON.parse(fs.readFileSync(join(world.channel, 'sessions', `${id}.json`), 'utf8'))
      expect(stored.host_pid).toBe(host.pid)
    }
    expect(await fromHere()).toMatchObject({ roster: ['first', 's0', 's1', 's2'] })
  })
})

describe.runIf(process.platform === 'linux')('two sessions of one long-lived process', () => {
  it('that were silent for an hour are gone in every view', async () => {
    const host = await Host.start()
    for (const id of ['one', 'two']) await host.codex(id, 'SessionStart', START)
    expect(await fromHere()).toMatchObject({ roster: ['one', 'two'], status: ['one', 'two'] })
    for (const id of ['one', 'two']) silence(id, 60 * MINUTE)
    const seen = await fromHere()
    expect(seen).toMatchObject({ roster: [], status: [], rally: [] })
    for (const id of ['one', 'two']) expect(seen.greeting).not.toContain(nameOf(id))
    await host.codex('one', 'UserPromptSubmit', { prompt: 'go on' })
    expect(await fromHere()).toMatchObject({ roster: ['one'], status: ['one'], rally: ['one'] })
  })

  it('read the room, which says that one of them asks; only what is said needs to know which', async () => {
    const host = await Host.start()
    for (const id of ['one', 'two']) await host.codex(id, 'SessionStart', START)
    const names = ['one', 'two'].map(nameOf)
    const reading =
      'status,,roster,claims,where,hosts,lead status,watch --iterations 1,sent,inbox read,inbox unread,handoffs,log,why,cost,guard'
    for (const words of reading.split(',')) {
      const { code, stdout, stderr } = await host.rally(words)
      expect([words, code, stderr]).toEqual([words, 0, ''])
      if (['status', '', 'sent', 'inbox read'].includes(words)) expect(stdout).toContain(`one of ${names.join(', ')}`)
    }
    const status: unknown = await host.json('status')
    expect(status).toMatchObject({
      ok: true,
      session_id: null,
      session_candidates: [{ session_id: 'one' }, { session_id: 'two' }],
    })
    const said = await host.rally('post note --message x')
    expect(said.code).toBe(2)
    expect(said.stderr).toContain(`belong to this process: ${names.join(', ')}`)
    expect(said.stderr).toContain(`--session-id ${names[0]}`)
    expect((await host.rally(`post note --message x --session-id ${names[0]}`)).code).toBe(0)
  })
})

describe.runIf(process.platform === 'linux')('a room of the dead', () => {
  it('has none live: each is marked, with --all only', async () => {
    const hosts = Array.from({ length: 7 }, () => spawn('sleep', ['600']))
    started.push(...hosts)
    for (const [index, { pid }] of hosts.entries()) claude(`s${index}`, 'SessionStart', { pid, more: START })
    expect(world.rally(['roster']).stdout).toContain('live=7 stale=0')
    for (const { pid = 0 } of hosts) {
      process.kill(pid, 'SIGKILL')
      await ends(pid)
    }
    const all = world.rally(['roster', '--all']).stdout
    expect(all).toContain('live=0 stale=7')
    expect(all.split('\n').filter((line) => line.includes('(stale)'))).toHaveLength(7)
    expect(world.json(['roster'])).toMatchObject({ live_count: 0, stale_count: 7, agents: [] })
    expect(world.json(['status'])).toMatchObject({ active_peers: [] })
  })
})

describe.runIf(process.platform === 'linux')('a conversation that was cleared', () => {
  it('is not there any more: newcomers, roster and status know the new one alone', () => {
    const host = spawn('sleep', ['600'])
    started.push(host)
    const pid = host.pid
    claude('old', 'SessionStart', { pid, more: START })
    claude('old', 'PreToolUse', { pid, more: editOf('a.txt') })
    const name = nameOf('old')
    claude('new', 'SessionStart', { pid, more: { source: 'clear' } })
    expect(claude('peer', 'SessionStart', { more: START })).not.toContain(name)
    const roster = world.json(['roster', '--all']) as { agents: Node[] }
    expect(roster.agents.map(({ session_id }) => session_id)).toEqual(['new', 'peer'])
    const asked = ['--session-id', 'peer', '--tool', 'claude_code']
    expect(world.json(['status', ...asked])).toMatchObject({ active_peers: [{ session_id: 'new' }] })
    expect(world.rally(asked).stdout).not.toContain(name)
  })
})

function claude(
  id: string,
  event: string,
  { pid, more = {} }: { pid?: number | undefined; more?: object } = {},
): string {
  const payload = { session_id: id, transcript_path: 't', cwd: world.repo, hook_event_name: event, ...more }
  const env = { CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: id, ...(pid === undefined ? {} : { CLAUDE_PID: String(pid) }) }
  return world.hook('claude_code', event, payload, { env }).stdout
}

function editOf(file: string): object {
  return { tool_name: 'Edit', tool_input: { file_path: join(world.repo, file), old_string: 'a', new_string: 'b' } }
}
