import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Moment, MomentName, MomentReply } from '@rally/core/model/moment'
import type { HostCapabilities } from '@rally/core/ports/host'
import type { JsonObject } from '@rally/core/readers'
import { resolveChannelSync } from '@rally/local/discovery/resolve-channel'
import type { Env } from '@rally/local/system/user-dirs'
import { type ActInput, actMoment, type Step } from '../src/act.js'

const ALL_MOMENTS: readonly MomentName[] = [
  ...(['session-start', 'prompt', 'before-edit', 'after-edit', 'turn-end', 'session-end'] as const),
  ...(['child-start', 'child-end'] as const),
]

export const CAPABILITIES: HostCapabilities = {
  moments: ALL_MOMENTS,
  context: ['session-start', 'prompt', 'before-edit', 'after-edit', 'child-start'],
  deny: true,
  textLimit: 8000,
  timeoutUnit: 's',
  children: true,
}

/** A repository with a working tree, a home, and a clock of its own. */
export class Scratch {
  readonly dir = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'rally-hook-')))
  readonly repo = join(this.dir, 'shop')
  readonly env: Env = { HOME: join(this.dir, 'home'), PATH: process.env.PATH }
  /** Epoch seconds. */
  now = Date.now() / 1000

  constructor() {
    fs.mkdirSync(join(this.repo, 'src'), { recursive: true })
    this.git('init', '-q', '-b', 'main')
    this.git('-c', 'user.name=t', '-c', 'user.email=t@example.invalid', 'commit', '-q', '--allow-empty', '-m', 'x')
  }

  git(...args: string[]): void {
    execFileSync('git', args, { cwd: this.repo, stdio: 'ignore' })
  }

  get channel(): string {
    return resolveChannelSync(this.repo, this.env).dir
  }

  read(relative: string): string {
    return fs.readFileSync(join(this.channel, relative), 'utf8')
  }

  presence(sessionId: string): JsonObject {
    return JSON.parse(this.read(`sessions/${sessionId}.json`)) as JsonObject
  }

  /** What a session is called in the room, whether it is there or has ended. */
  nameOf(sessionId: string): string {
    const names = fs.existsSync(join(this.channel, 'names')) ? fs.readdirSync(join(this.channel, 'names')) : []
    const own = names.find((name) => JSON.parse(this.read(`names/${name}`)).session_id === sessionId)
    return own ?? `${sessionId} has no name`
  }

  putPresence(presence: JsonObject): void {
    fs.mkdirSync(join(this.channel, 'sessions'), { recursive: true })
    fs.writeFileSync(join(this.channel, 'sessions', `${String(presence.session_id)}.json`), JSON.stringify(presence))
  }

  send(box: string, message: JsonObject): void {
    fs.mkdirSync(join(this.channel, 'inbox'), { recursive: true })
    const line = JSON.stringify({ schema_version: '1.0', kind: 'message', to: box, ts: this.now, ...message })
    fs.appendFileSync(join(this.channel, 'inbox', `${box}.jsonl`), `${line}\n`)
  }

  /** An empty room for the same repository. */
  reset(): void {
    fs.rmSync(join(this.dir, 'home'), { recursive: true, force: true })
    fs.mkdirSync(join(this.dir, 'home'))
  }

  remove(): void {
    fs.rmSync(this.dir, { recursive: true, force: true })
  }
}

export interface MomentOptions extends Partial<Moment> {
  readonly tool?: string
  readonly capabilities?: Partial<HostCapabilities>
  readonly conversations?: 'one' | 'several'
  readonly env?: Env
  readonly machine?: string
  readonly write?: (reply: MomentReply) => boolean
}

/** A moment that can be stopped between its steps. */
export interface RunningMoment {
  readonly steps: Generator<Step, string>
  readonly replies: MomentReply[]
}

export function begin(
  scratch: Pick<Scratch, 'repo' | 'env' | 'now'>,
  name: MomentName,
  sessionId: string,
  options: MomentOptions = {},
): RunningMoment {
  const { tool = 'toolx', capabilities, conversations, env, machine = 'here', write, ...moment } = options
  const replies: MomentReply[] = []
  const input: ActInput = {
    moment: { name, event: name, sessionId, cwd: scratch.repo, ...moment },
    adapter: {
      id: tool,
      capabilities: { ...CAPABILITIES, ...capabilities },
      ...(conversations === undefined ? {} : { conversations }),
    },
    env: { ...scratch.env, ...env },
    now: scratch.now,
    machine: () => machine,
    hookPid: process.pid,
    write(reply) {
      replies.push(reply)
      return write?.(reply) ?? true
    },
  }
  return { steps: actMoment(input), replies }
}

/** Runs a moment to its end; answers what the host got and the journal's word. */
export function act(
  scratch: Pick<Scratch, 'repo' | 'env' | 'now'>,
  name: MomentName,
  sessionId: string,
  options: MomentOptions = {},
) {
  const { steps, replies } = begin(scratch, name, sessionId, options)
  let step = steps.next()
  while (step.done !== true) step = steps.next()
  const [reply = {}, ...more] = replies
  return { code: step.value, text: reply.context ?? '', deny: reply.deny?.reason, replies: 1 + more.length }
}
