import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { obj, str } from '@rally/core/readers'
import { runRally } from '../../packages/cli/test/run-rally.js'
import { type HookMachine, makeHookMachine } from '../hooks/hook-machine.js'
import { playHosts } from '../hooks/play-hosts.js'

/** What was printed, and to whom. */
interface Printed {
  readonly text: string
  readonly who: string
}

/** Who types, as the environment says it. */
const IDS: Readonly<Record<string, NodeJS.ProcessEnv>> = {
  s: { RALLY_SESSION_ID: 's', RALLY_TOOL: 'claude_code' },
  c: { RALLY_SESSION_ID: 'c', RALLY_TOOL: 'codex' },
  d: { RALLY_SESSION_ID: 'd', RALLY_TOOL: 'other' },
  ann: { RALLY_SESSION_ID: 'human.ann', RALLY_TOOL: 'human' },
  '-': {},
}

/** A repository with two files, in which everything that is printed is kept. */
export interface HintRoom {
  readonly machine: HookMachine
  readonly printed: readonly Printed[]
  /** Every line that was typed and ended well. */
  readonly worked: ReadonlySet<string>
  /** Somebody types a command: `s` of Claude Code, `c` of Codex, `d` without hooks, `ann`, `-` without saying who. Answers the exit code. */
  readonly type: (who: string, ...args: readonly string[]) => number | null
  /** The answer of a command in JSON; nothing of it is kept. */
  readonly ask: (who: string, ...args: readonly string[]) => Record<string, unknown>
  readonly start: (...who: readonly string[]) => void
  /** A session edits a file; answers what it is told. */
  readonly edit: (who: string, path: string) => string
  /** A session of Claude Code meets an event. */
  readonly event: (who: string, event: string, more?: object) => string
  /** Somebody reads a text that another test looks at, such as one of a list. */
  readonly show: (who: string, text: string) => void
  /** So many sessions of a program without hooks, each with a claim, as that program writes them. */
  readonly crowd: (count: number) => void
}

export function makeHintRoom(env: NodeJS.ProcessEnv = {}): HintRoom {
  const machine = makeHookMachine(env)
  for (const name of ['a.txt', 'b.txt']) machine.lay(name, 'x\n')
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', ...args], {
      cwd: machine.repo,
      stdio: 'ignore',
    })
  git('add', '.')
  git('commit', '-qm', 'one')
  const hosts = playHosts(machine)
  const printed: Printed[] = []
  const worked = new Set<string>()
  const keep = (who: string, text: string): string => {
    printed.push({ text, who })
    return text
  }
  const told = (who: string, stdout: string): string => keep(who, stdout === '' ? '' : said(JSON.parse(stdout)))
  const run = (who: string, args: readonly string[]) =>
    runRally(args, { cwd: machine.repo, env: { ...machine.env, ...IDS[who] } })
  return {
    machine,
    printed,
    worked,
    show: keep,
    crowd(count) {
      const folder = str(obj(JSON.parse(run('-', ['where', '--json']).stdout)).channel_dir)
      const now = Date.now() / 1000
      for (let at = 0; at < count; at++) {
        const presence = {
          session_id: `k${at}`,
          tool: 'other',
          model: 'm',
          run_id: 'r',
          app_slug: 'repo',
          phase: 'working',
        }
        const more = { files_in_flight: [], heartbeat_ts: now, last_seen: now, task: `task ${at}`, owns: [`d${at}/`] }
        writeFileSync(join(folder, 'sessions', `k${at}.json`), JSON.stringify({ ...presence, ...more }))
      }
    },
    type(who, ...args) {
      const { status, stdout, stderr } = run(who, args)
      keep(who, stdout + stderr)
      if (status === 0) worked.add(args.join(' '))
      return status
    },
    ask: (who, ...args) => obj(JSON.parse(run(who, [...args, '--json']).stdout)),
    start(...who) {
      for (const one of who)
        told(
          one,
          one === 'c' ? hosts.codex(one, 'SessionStart') : hosts.claude(one, 'SessionStart', { source: 'startup' }),
        )
    },
    edit: (who, path) => told(who, who === 'c' ? hosts.patch(who, path) : hosts.edit(who, path)),
    event: (who, event, more = {}) => told(who, hosts.claude(who, event, more)),
  }
}

/** All texts in the answer of a hook. */
function said(answer: unknown): string {
  if (typeof answer === 'string') return answer
  if (typeof answer !== 'object' || answer === null) return ''
  return Object.values(answer).map(said).join('\n')
}
