import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ChangeRecord } from '@rally/core/model/change-record'
import { type OpenRoom, openRoom } from '@rally/local'
import { createConfiguration } from '@rally/local/configuration/create-configuration'
import { createChannelDiscovery } from '@rally/local/discovery/channel-discovery'
import { createRelayFiles } from '../../cli/dist/relay/relay-files.js'

/** A machine of the test: its own HOME, apps root and clone. */
export interface TestMachine {
  readonly name: string
  readonly env: Record<string, string>
  readonly appsRoot: string
  readonly repo: string
  readonly channelDir: string
  /** The user agrees to the room that the repository names. */
  accept(key: string): Promise<void>
  /** A room of this machine for a session; closed with the machine. */
  open(session: string, tool?: string): Promise<OpenRoom>
  startRelay(url: string, options?: RelayProcessOptions): Promise<RelayProcess>
  /** Appends a line as a program that is not rally does: no lock, an id that is not unique. */
  appendForeign(n: number): void
  records(): Promise<readonly ChangeRecord[]>
}

export interface RelayProcessOptions {
  readonly once?: boolean
  readonly presenceTtl?: number
  /** Largest size of the channel on the server. */
  readonly maxBytes?: number
  /** Words that run it in another network. */
  readonly enter?: readonly string[]
}

export interface RelayProcess {
  readonly events: Record<string, unknown>[]
  /** Waits for an event. */
  event(name: string): Promise<Record<string, unknown>>
  kill(): Promise<void>
  /** SIGTERM; answers the exit code. */
  stop(): Promise<number | null>
  ended(): Promise<number | null>
}

export interface TestWorld {
  machine(name: string, options?: { origin?: string; repoName?: string; appsRoot?: string }): TestMachine
  cleanup(): Promise<void>
}

export function createTestWorld(): TestWorld {
  const dir = mkdtempSync(path.join(tmpdir(), 'rally-machines-'))
  const rooms: OpenRoom[] = []
  const children = new Set<ChildProcess>()
  return {
    machine(name, { origin = 'https://git.example.org/team/app.git', repoName = 'app', appsRoot: root } = {}) {
      const home = path.join(dir, name)
      const repo = path.join(home, 'work', repoName)
      const appsRoot = root ?? path.join(home, 'apps')
      mkdirSync(repo, { recursive: true })
      execFileSync('git', ['init', '-q', repo])
      if (origin !== '') execFileSync('git', ['-C', repo, 'remote', 'add', 'origin', origin])
      const env = { PATH: process.env.PATH ?? '', HOME: home, AGENT_RALLY_APPS_ROOT: appsRoot }
      const channelDir = path.join(appsRoot, repoName)
      let reader: OpenRoom | undefined
      const open = async (session: string, tool = 'codex') => {
        const room = await openRoom(repo, { sessionId: session, tool, model: 'm', runId: 'r' }, { env })
        rooms.push(room)
        return room
      }
      return {
        name,
        env,
        appsRoot,
        repo,
        channelDir,
        open,
        async accept(key) {
          const configuration = createConfiguration({ env })
          const files = createRelayFiles({ appsRoot, env, configuration, nonce: () => '0' })
          await files.accept(await createChannelDiscovery({ env }).resolve(repo), key)
        },
        startRelay: (url, options = {}) => startRelay(url, { env, children, ...options }),
        appendForeign(n) {
          const fact = {
            schema: 'agent-rally.fact.v1',
            event_id: 'blf_000000000000000000000000',
            seq: 0,
            thread_id: 'r',
            kind: 'artifact',
          }
          const rest = {
            subject: 'foreign',
            scope: [],
            created_at: '2026-01-01T00:00:00Z',
            evidence: [],
            tool: 'python',
            bl_revision: 7,
          }
          const line = { ...fact, ...rest, bl_kind: 'feedback', bl_payload: { message: `${name}/foreign/${n}` } }
          appendFileSync(path.join(channelDir, 'changes.jsonl'), `${JSON.stringify(line)}\n`)
        },
        async records() {
          reader ??= await open('observer')
          const { log } = reader.transport
          return (await log.read({ revision: 0, changes_offset: 0 })).records
        },
      }
    },
    async cleanup() {
      for (const child of children) child.kill('SIGKILL')
      for (const room of rooms) await room.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

async function startRelay(
  url: string,
  options: { env: Record<string, string>; children: Set<ChildProcess> } & RelayProcessOptions,
): Promise<RelayProcess> {
  const program = fileURLToPath(new URL('./relay-process.mjs', import.meta.url))
  const env = {
    ...options.env,
    ...(options.once ? { ONCE: '1' } : {}),
    PRESENCE_TTL: String(options.presenceTtl ?? 60),
    ...(options.maxBytes === undefined ? {} : { MAX_BYTES: String(options.maxBytes) }),
  }
  const [command = process.execPath, ...args] = [
    ...(options.enter ?? []),
    process.execPath,
    '--conditions=rally-internal',
    program,
    url,
  ]
  const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'inherit'] })
  options.children.add(child)
  const events: Record<string, unknown>[] = []
  let rest = ''
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) events.push(JSON.parse(line))
  })
  const closed = once(child, 'close')
  return {
    events,
    async event(name) {
      for (const end = Date.now() + 30_000; Date.now() < end; await pause(10)) {
        const found = events.find(({ event }) => event === name)
        if (found) return found
      }
      throw new Error(`no event ${name} in ${JSON.stringify(events)}`)
    },
    async kill() {
      child.kill('SIGKILL')
      await closed
    },
    async stop() {
      child.kill('SIGTERM')
      await closed
      return child.exitCode
    },
    async ended() {
      await closed
      return child.exitCode
    },
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Waits for what must come; the limit only keeps a broken build from hanging. */
export async function until(what: string, probe: () => Promise<boolean> | boolean, limitMs = 60_000): Promise<void> {
  for (const end = Date.now() + limitMs; !(await probe()); await pause(50)) {
    if (Date.now() > end) throw new Error(`${what}: not within ${limitMs} ms`)
  }
}

export function messageOf(record: ChangeRecord): string {
  return String(record.payload.message)
}

export function readLines(file: string): string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
}

export function writeJson(file: string, value: unknown): void {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify(value))
}
