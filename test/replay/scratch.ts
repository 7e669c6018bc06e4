import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { GoldenCase, GoldenStep } from './cases.js'
import type { MatchContext } from './match.js'

const RALLY = join(import.meta.dirname, '..', '..', 'packages', 'cli', 'bin', 'rally.cjs')

/** The programs of the existing system that a command of ours replaces. */
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  agent_rally: [],
  inbox: ['inbox'],
  coordination_watch: ['watch'],
  coordination_status: ['status'],
  roster: ['roster'],
  boundary: ['boundary'],
}

export interface StepResult {
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A scratch HOME, apps root and repository laid out as a case says. */
export class Scratch {
  readonly root: string
  readonly repo: string
  readonly apps: string
  readonly home: string
  context: MatchContext

  constructor(private readonly golden: GoldenCase) {
    this.root = realpathSync(mkdtempSync(join(tmpdir(), 'rally-golden-')))
    this.home = join(this.root, 'home')
    this.apps = join(this.root, 'apps')
    this.repo = join(this.root, 'work', golden.given.repo)
    mkdirSync(this.home, { recursive: true })
    mkdirSync(this.repo, { recursive: true })
    this.context = {
      start: Date.now() / 1000,
      tolerance: 15,
      host: hostname(),
      replace: (text) => this.fill(text),
      eventIds: new Map(),
      unordered: new Set(['active_peers', 'presence_removed']),
    }
    if (golden.given.git) this.git()
    this.writeGiven()
  }

  /** Replaces the recorded names of places by ours. */
  fill(text: string): string {
    const slug = this.golden.given.repo
    return text
      .replaceAll('{{APPS}}', this.apps)
      .replaceAll('{{CH}}', join(this.apps, slug.toLowerCase()))
      .replaceAll('{{REPO}}', this.repo)
      .replaceAll('{{WORK}}', join(this.root, 'work'))
      .replaceAll('{{HOME}}', this.home)
  }

  private git(): void {
    const run = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', ...args], {
        cwd: this.repo,
        stdio: 'ignore',
      })
    run('init', '-q', '-b', 'main')
    writeFileSync(join(this.repo, 'a.txt'), 'a\n')
    run('add', 'a.txt')
    run('commit', '-qm', 'one')
    for (const args of this.golden.given.git_cmds) run(...args)
  }

  private writeGiven(): void {
    for (const [path, content] of Object.entries(this.golden.given.files)) this.write(this.fill(path), content)
  }

  private write(path: string, content: unknown): void {
    mkdirSync(dirname(path), { recursive: true })
    const encoded = encodeFile(content, this.context.start)
    writeFileSync(path, typeof encoded === 'string' ? this.fill(encoded) : encoded)
    if (path.endsWith('.sh')) chmodSync(path, 0o755)
  }

  /** Runs a step with the built executable; undefined when no command of ours corresponds to the program. */
  run(step: GoldenStep): StepResult | undefined {
    const [program, ...rest] = step.given.run ?? []
    const words = program === undefined ? undefined : PROGRAMS[program]
    if (!words) return undefined
    // A roster changes nothing, but a session grows old while a busy machine gets to the next step: it is as old as recorded anew.
    if (this.golden.area === 'roster') {
      this.context = { ...this.context, start: Date.now() / 1000 }
      this.writeGiven()
    }
    const args = [...words, ...rest.map((arg) => this.fill(arg))]
    const wantsJson = step.expected.stdout_json !== undefined || step.expected.stdout_jsonl !== undefined
    if (wantsJson && !args.includes('--json') && !args.includes('--jsonl') && words[0] !== 'watch') args.push('--json')
    const result = spawnSync(process.execPath, [RALLY, ...args], {
      cwd: step.given.cwd ? this.fill(step.given.cwd) : this.repo,
      env: this.env(step),
      input: step.given.stdin ?? '',
      encoding: 'utf8',
      timeout: 150_000,
    })
    return { exit: result.status, stdout: result.stdout, stderr: result.stderr }
  }

  private env(step: GoldenStep): NodeJS.ProcessEnv {
    const env: NodeJS.ProcessEnv = {
      PATH: process.env.PATH,
      // The existing system's flags default to this tool; here nobody is a host that was not named (differences.md).
      RALLY_TOOL: 'claude_code',
      HOME: this.home,
      TZ: 'UTC',
      AGENT_RALLY_APPS_ROOT: this.apps,
      BUILD_LOOP_BRIDGE_INTERNAL_ONLY: '1',
      BUILD_LOOP_DISABLE_BINARY_FETCH: '1',
      BUILD_LOOP_RALLY_POINT_SKIP_WATCH: '1',
      // One compiled program for all steps, outside of the scratch HOME.
      XDG_CACHE_HOME: join(tmpdir(), 'rally-golden-cache'),
    }
    for (const [name, value] of Object.entries({ ...this.golden.given.env, ...step.given.env })) {
      env[name] = value === null ? undefined : this.fill(value)
    }
    for (const name of this.golden.given.unset) delete env[name]
    return env
  }

  read(path: string): string | undefined {
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function fillTimes(value: unknown, start: number): unknown {
  if (Array.isArray(value)) return value.map((item) => fillTimes(item, start))
  if (!isObject(value)) return value
  if ('$now' in value) return start + Number(value.$now)
  if ('$now_iso' in value)
    return new Date((start + Number(value.$now_iso)) * 1000).toISOString().replace(/\.\d+Z$/, '+00:00')
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillTimes(item, start)]))
}

function encodeFile(content: unknown, start: number): string | Buffer {
  if (isObject(content)) {
    if (typeof content.raw === 'string') return content.raw
    if (typeof content.hex === 'string') return Buffer.from(content.hex, 'hex')
    if ('json' in content) return JSON.stringify(fillTimes(content.json, start))
    if (Array.isArray(content.jsonl)) return content.jsonl.map((line) => encodeLine(line, start)).join('')
  }
  return JSON.stringify(fillTimes(content, start))
}

function encodeLine(line: unknown, start: number): string {
  if (isObject(line) && typeof line.raw === 'string') return line.raw
  return `${JSON.stringify(fillTimes(line, start))}\n`
}
