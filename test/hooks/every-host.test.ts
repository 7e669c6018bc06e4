import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { createHostApi } from '@rally/core/moments'
import type { HostAdapterFactory } from '@rally/core/ports/host'
import { announcePresence } from '@rally/core/usecases/presence/announce-presence'
import { aimPayload } from '@rally/installer/canary-payload'
import { openRoom } from '@rally/local'
import { expect, it } from 'vitest'
import { type HookMachine, makeHookMachine } from './hook-machine.js'
import { type HostProgram, startHostProgram } from './host-program.js'

/** A host as the recorded payloads show it, and what it sets in the shell that its agent types commands into. */
interface Case {
  readonly factory: HostAdapterFactory
  readonly folder: string
  readonly session: string
  readonly start: string
  /** Event that starts a subagent, and its recorded payload; a build loop announces its own by a command. */
  readonly child?: readonly [event: string, fixture: string]
  readonly shell: Readonly<Record<string, string>>
}

const KNOWN: readonly Omit<Case, 'factory'>[] = [
  {
    folder: 'host-claude-code',
    session: 'claude-session',
    start: 'SessionStart',
    child: ['SubagentStart', 'SubagentStart.json'],
    shell: { CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: 'claude-session', CLAUDE_PID: '{pid}' },
  },
  {
    folder: 'host-codex',
    session: 'codex-session',
    start: 'SessionStart',
    child: ['SubagentStart', 'SubagentStart.json'],
    shell: { CODEX_THREAD_ID: 'codex-session' },
  },
  {
    folder: 'host-cursor',
    session: 'cursor-session',
    start: 'sessionStart',
    child: ['subagentStart', 'subagentStart.json'],
    shell: { CURSOR_AGENT: '1', CURSOR_CONVERSATION_ID: 'cursor-session' },
  },
  {
    folder: 'host-gemini',
    session: 'gemini-session',
    start: 'SessionStart',
    child: ['BeforeTool', 'BeforeTool.invoke_agent.json'],
    shell: { GEMINI_CLI: '1' },
  },
  {
    folder: 'host-buildloop',
    session: 'loop-session',
    start: 'session-start',
    shell: { RALLY_TOOL: 'buildloop', RALLY_SESSION_ID: 'loop-session' },
  },
]

const PACKAGES = join(import.meta.dirname, '../../packages')

/** Those whose package is here: it may be taken out. */
const HOSTS: readonly Case[] = await Promise.all(
  KNOWN.filter(({ folder }) => existsSync(join(PACKAGES, folder))).map(async (host) => {
    const { default: factory } = await import(join(PACKAGES, host.folder, 'src/adapter.ts'))
    return { ...host, factory }
  }),
)

interface Started extends Case {
  readonly id: string
  readonly program: HostProgram
}

/** The recorded payload of an event, of this session and this repository, with the host's own process id where it has one. */
function recorded(host: Case, event: string, fixture: string, machine: HookMachine): string {
  const adapter = host.factory(createHostApi())
  const payload = JSON.parse(readFileSync(join(PACKAGES, host.folder, 'fixtures', fixture), 'utf8'))
  const moment = adapter.parse(event, payload, {})
  if (!moment) throw new Error(`${adapter.id} does not know its own ${event}`)
  const aimed = aimPayload(payload, moment, { cwd: machine.repo, sessionId: host.session })
  return JSON.stringify('pid' in aimed ? { ...aimed, pid: '{pid}' } : aimed)
}

/** Every host, with a session that its hooks announced and a subagent below it. */
async function startEveryHost(machine: HookMachine): Promise<Started[]> {
  const started = HOSTS.map((host) => ({
    ...host,
    id: host.factory(createHostApi()).id,
    program: startHostProgram(machine),
  }))
  const fire = async (host: Started, event: string, fixture: string) => {
    const input = recorded(host, event, fixture, machine)
    const answer = await host.program.run(`rally-hook ${host.id} ${event}`, { input, env: host.shell })
    expect(answer).toMatchObject({ code: 0, stderr: '' })
  }
  await Promise.all(started.map((host) => fire(host, host.start, `${host.start}.json`)))
  await Promise.all(started.map((host) => host.child && fire(host, ...host.child)))
  const loop = started.find(({ child }) => child === undefined)
  const registered = await loop?.program.rally('buildloop register --agent-type coder', { env: loop.shell })
  expect(registered).toMatchObject({ code: 0 })
  return started
}

/** What is compared of a session: who it is, where, and who is below it. */
interface Shown {
  readonly session_id: string
  readonly machine: string
  readonly cwd: string
  readonly parent: string | null
  readonly self: boolean
  readonly children: readonly Shown[]
}

interface Status {
  readonly session_id: string | null
  readonly hosts: readonly {
    id: string
    session_count: number
    machines: readonly string[]
    sessions: readonly Shown[]
  }[]
}

/** Only what is compared. */
function shown({ session_id, machine, cwd, parent, self, children }: Shown): Shown {
  return { session_id, machine, cwd, parent, self, children: children.map(shown) }
}

function hostsOf(status: Status) {
  return status.hosts.map(({ id, session_count, machines, sessions }) => ({
    id,
    session_count,
    machines,
    sessions: sessions.map(shown),
  }))
}

/** Makes everybody's last sign of life older than every window. */
function silence(machine: HookMachine): void {
  const folder = join(machine.home, 'apps/repo/sessions')
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
    const path = join(folder, name)
    const presence = JSON.parse(readFileSync(path, 'utf8'))
    const then = Math.floor(Date.now() / 1000) - 7_200
    writeFileSync(path, JSON.stringify({ ...presence, last_seen: then, heartbeat_ts: then }))
  }
}

const CHILDREN: Readonly<Record<string, string>> = {
  claude_code: 'claude-session.a88f2cf1e82282d77',
  codex: 'codex-session.01a202fe-3ec3-7f30-88e4-a0158f21fdff',
  cursor: 'cursor-session.5b7a0f1e-1111-4222-8333-944455556666',
  gemini: 'gemini-session.generalist',
  buildloop: 'agent:coder-',
}

it('sessions in every host at once: status shows each under its host, with its machine and its subagents', async () => {
  const machine = makeHookMachine()
  const started = await startEveryHost(machine)
  const elsewhere = { sessionId: 'far-away', tool: 'codex', host: 'another-machine' }
  const room = await openRoom(machine.repo, elsewhere, { env: machine.env })
  await announcePresence(room, { phase: 'review', task: 'look at it' })
  await room.close()
  const here = { machine: hostname(), cwd: machine.repo }
  const far = {
    session_id: 'far-away',
    machine: 'another-machine',
    cwd: machine.repo,
    parent: null,
    self: false,
    children: [],
  }

  const expected = (asking: string | null) =>
    [...started]
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map(({ id, session }) => {
        const child = {
          ...here,
          session_id: expect.stringContaining(CHILDREN[id] ?? '?'),
          parent: session,
          self: false,
          children: [],
        }
        const own = { ...here, session_id: session, parent: null, self: session === asking, children: [child] }
        return id === 'codex'
          ? { id, session_count: 3, machines: [hostname(), 'another-machine'].sort(), sessions: [own, far] }
          : { id, session_count: 2, machines: [hostname()], sessions: [own] }
      })

  // Asked by a person, and by the agent of every host in turn, who is told which one it is itself.
  expect(hostsOf(machine.json('status').out as unknown as Status)).toEqual(expected(null))
  for (const { program, shell, session } of started) {
    const answer = await program.rally('status --json', { env: shell })
    expect(answer).toMatchObject({ code: 0, stderr: '' })
    const status = JSON.parse(answer.stdout) as Status
    expect(status.session_id).toBe(session)
    expect(hostsOf(status)).toEqual(expected(session))
  }

  const lines = machine.text('status').stdout.split('\n')
  const [short] = hostname().split('.', 1)
  const rows = lines
    .filter((line) => line.includes(' @'))
    .map((line) => line.replace(/ +\d+s /, ' ').replace(/ +/g, ' '))
  expect(rows.sort()).toEqual(
    [
      `claude-1 @${short} +1 idle - -`,
      `codex-1 @${short} +1 idle - -`,
      `codex-2 @another-machine working look at it -`,
      `cursor-1 @${short} +1 idle - -`,
      `gemini-1 @${short} +1 idle - -`,
      `loop-1 @${short} +1 idle nightly build loop -`,
    ].sort(),
  )
  const absent = lines.flatMap((line) => /(\w+): not installed: rally hooks install --host \1$/.exec(line)?.[1] ?? [])
  expect(absent).toEqual(['claude_code', 'codex', 'cursor', 'gemini'])
})

it('sessions of which nothing was heard for hours stay as long as their host runs, and go with it', async () => {
  const machine = makeHookMachine()
  const started = await startEveryHost(machine)
  silence(machine)
  const present = () => {
    const status = machine.json('status').out as unknown as Status
    return status.hosts.filter(({ sessions }) => sessions.length > 0).map(({ id }) => id)
  }
  expect(present()).toEqual(['buildloop', 'claude_code', 'codex', 'cursor', 'gemini'])
  await started.find(({ id }) => id === 'codex')?.program.kill()
  await started.find(({ id }) => id === 'buildloop')?.program.kill()
  expect(present()).toEqual(['claude_code', 'cursor', 'gemini'])
})
