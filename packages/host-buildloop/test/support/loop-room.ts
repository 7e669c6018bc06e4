import { execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const RALLY = join(import.meta.dirname, '../../../cli/bin/rally.cjs')

export interface Answer {
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
  // biome-ignore lint/suspicious/noExplicitAny: what a program printed, looked at by a test
  readonly json: any
}

/** A repository, a HOME and an apps root of their own, and the built program in them. */
export class LoopRoom {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'rally loop ü ')))
  readonly repo = join(this.root, 'demo-app')
  readonly apps = join(this.root, 'apps')
  readonly channel = join(this.apps, 'demo-app')
  readonly env: Record<string, string | undefined> = {
    PATH: process.env.PATH,
    HOME: join(this.root, 'home'),
    AGENT_RALLY_APPS_ROOT: this.apps,
    BUILD_LOOP_BRIDGE_INTERNAL_ONLY: '1',
    XDG_CACHE_HOME: join(tmpdir(), 'rally-golden-cache'),
  }

  constructor() {
    mkdirSync(join(this.root, 'home'))
    mkdirSync(this.repo)
    this.git('init', '-q', '-b', 'main')
    this.git('commit', '-q', '--allow-empty', '-m', 'one')
  }

  git(...args: string[]): void {
    const who = ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid']
    execFileSync('git', [...who, ...args], { cwd: this.repo, stdio: 'ignore' })
  }

  rally(args: readonly string[], options: { cwd?: string; env?: Record<string, string>; input?: string } = {}): Answer {
    const { cwd = this.repo, env = {}, input = '' } = options
    const result = spawnSync(process.execPath, [RALLY, ...args], {
      cwd,
      env: { ...this.env, ...env },
      input,
      encoding: 'utf8',
    })
    return { exit: result.status, stdout: result.stdout, stderr: result.stderr, json: parse(result.stdout) }
  }

  /** With `--json`, as one session. */
  as(session: string, ...args: string[]): Answer {
    return this.rally([...args, '--session-id', session, '--json'])
  }

  /** Runs a line in a shell that finds the program on PATH. */
  runShell(line: string): void {
    const bin = join(this.root, 'bin')
    mkdirSync(bin, { recursive: true })
    if (!existsSync(join(bin, 'rally'))) symlinkSync(RALLY, join(bin, 'rally'))
    const env = { ...this.env, PATH: `${bin}:${this.env.PATH}` }
    execFileSync('sh', ['-c', line], { cwd: this.repo, env, stdio: 'ignore' })
  }

  start(args: readonly string[], cwd: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [RALLY, ...args], { cwd, env: { ...this.env }, stdio: 'pipe' })
      let stdout = ''
      let stderr = ''
      child.stdout.on('data', (chunk) => {
        stdout += chunk
      })
      child.stderr.on('data', (chunk) => {
        stderr += chunk
      })
      child.on('error', reject)
      child.on('close', (exit) => resolve({ exit, stdout, stderr, json: parse(stdout) }))
    })
  }

  // biome-ignore lint/suspicious/noExplicitAny: a stored file, looked at by a test
  read(...path: string[]): any {
    return parse(readFileSync(join(this.channel, ...path), 'utf8'))
  }

  // biome-ignore lint/suspicious/noExplicitAny: stored lines, looked at by a test
  log(): any[] {
    const path = join(this.channel, 'changes.jsonl')
    if (!existsSync(path)) return []
    return readFileSync(path, 'utf8').trim().split('\n').map(parse)
  }

  sessions(): string[] {
    const folder = join(this.channel, 'sessions')
    return existsSync(folder) ? readdirSync(folder).sort() : []
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}

// biome-ignore lint/suspicious/noExplicitAny: JSON of a program
function parse(text: string): any {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
