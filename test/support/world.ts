import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll } from 'vitest'
import { type OpenRoom, openRoom } from '../../packages/local/dist/open-room.js'

const BIN = join(import.meta.dirname, '..', '..', 'packages', 'cli', 'bin')
export const RALLY = join(BIN, 'rally.cjs')
export const RALLY_HOOK = join(BIN, 'rally-hook.cjs')

const CACHE = fs.mkdtempSync(join(tmpdir(), 'rally-cache-'))
afterAll(() => fs.rmSync(CACHE, { recursive: true, force: true }))

/** What never ends is ended; a busy machine needs many times what an idle one does. */
const LONGEST_MS = 150_000

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv
  readonly input?: string
  /** Milliseconds after which the program is killed; the test then sees no exit code. */
  readonly timeout?: number
}

/** A home, a repository `shop` and its room, with nothing of this machine's own. */
export class World {
  readonly root = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'rally-world-')))
  readonly repo = join(this.root, 'shop')
  readonly home = join(this.root, 'home')
  readonly state = join(this.home, '.local', 'state', 'rally')
  readonly channel: string
  readonly env: Record<string, string>
  private readonly rooms: OpenRoom[] = []

  constructor(options: { appsRoot?: string } = {}) {
    fs.mkdirSync(this.home)
    fs.mkdirSync(this.repo)
    execFileSync('git', ['init', '-q', '-b', 'main'], { cwd: this.repo })
    const appsRoot = options.appsRoot ?? join(this.root, 'apps')
    this.channel = join(appsRoot, 'shop')
    this.env = {
      PATH: process.env.PATH ?? '',
      HOME: this.home,
      TZ: 'UTC',
      // One compiled program for all worlds of a test file, and none that another file may damage.
      XDG_CACHE_HOME: CACHE,
      AGENT_RALLY_APPS_ROOT: appsRoot,
    }
  }

  /** A session of this process in the room. */
  async open(sessionId: string, tool = 'codex'): Promise<OpenRoom> {
    const room = await openRoom(this.repo, { sessionId, tool }, { env: this.env })
    this.rooms.push(room)
    return room
  }

  rally(args: readonly string[], { env, input = '', timeout = LONGEST_MS }: RunOptions = {}): SpawnSyncReturns<string> {
    const options = { cwd: this.repo, env: { ...this.env, ...env }, input, encoding: 'utf8' as const, timeout }
    return spawnSync(process.execPath, [RALLY, ...args], { ...options, maxBuffer: 1 << 28 })
  }

  /** The answer of a command asked with `--json`, whatever its exit code. */
  json(args: readonly string[], options?: RunOptions): Record<string, unknown> {
    return JSON.parse(this.rally([...args, '--json'], options).stdout) as Record<string, unknown>
  }

  hook(host: string, event: string, payload: unknown, { env, timeout = LONGEST_MS }: RunOptions = {}) {
    const input = typeof payload === 'string' ? payload : JSON.stringify(payload)
    const options = { cwd: this.repo, env: { ...this.env, ...env }, input, encoding: 'utf8' as const, timeout }
    return spawnSync(process.execPath, [RALLY_HOOK, host, event], options)
  }

  /** Replaces the user's configuration. */
  configure(configuration: object): void {
    const folder = join(this.home, '.config', 'rally')
    fs.mkdirSync(folder, { recursive: true })
    fs.writeFileSync(join(folder, 'config.json'), JSON.stringify(configuration))
  }

  /** Puts a file into the channel. */
  write(relative: string, content: string | Buffer): string {
    const path = join(this.channel, relative)
    fs.mkdirSync(dirname(path), { recursive: true })
    fs.writeFileSync(path, content)
    return path
  }

  remove(): void {
    for (const room of this.rooms) void room.close()
    fs.rmSync(this.root, { recursive: true, force: true })
  }
}

/** Every regular file below a folder. */
export function filesBelow(folder: string): string[] {
  return fs.readdirSync(folder, { withFileTypes: true, recursive: true }).flatMap((entry) => {
    return entry.isFile() ? [join(entry.parentPath, entry.name)] : []
  })
}
