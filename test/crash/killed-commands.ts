import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { RALLY, RALLY_HOOK, type World } from '../support/world.js'

const DIE_AT = join(import.meta.dirname, 'children', 'die-at.cjs')

/** A real executable with something to write. `promised` reads from its answer what it says that it stored. */
interface Command {
  readonly argv: readonly string[]
  readonly input?: string
  readonly promised: (answer: Record<string, unknown>) => string[]
}

/** Every command here is a stranger to the others: a session of its own, so that each answer can be looked for. */
const COMMANDS: readonly ((sessionId: string, world: World) => Command)[] = [
  (id) => ({
    argv: [RALLY, 'post', 'feedback', '--message', 'm'.repeat(3000), ...who(id)],
    promised: ({ event_id }) => [`record ${event_id}`],
  }),
  (id) => ({
    argv: [RALLY, 'inbox', 'write', '--to', 'codex', '--message', `to all ${'m'.repeat(500)}`, ...who(id)],
    promised: ({ message_id, event_id }) => [`message ${message_id}`, `record ${event_id}`],
  }),
  (id) => ({
    argv: [RALLY, 'heartbeat', '--task-ref', 't', '--progress', `progress-${id}`, ...who(id)],
    promised: () => [`progress progress-${id}`],
  }),
  (id) => ({
    argv: [RALLY, 'presence', '--task', '1', ...who(id)],
    promised: () => ['presence 1'],
  }),
  (id) => ({
    argv: [RALLY, 'claim', `files-of/${id}/`, '--for', '2h', ...who(id)],
    // A session that is not there keeps nothing for long; the document has to stay whole.
    promised: () => [],
  }),
  (id) => ({
    argv: [RALLY, 'escalate', '--reason', `which one, ${id}?`, ...who(id)],
    promised: ({ event_id }) => [`record ${event_id}`],
  }),
  // A start gives a name and takes the first line of a prompt down, an edit is announced.
  (id, { repo }) => ({
    argv: [RALLY_HOOK, 'codex', 'SessionStart'],
    input: JSON.stringify({
      session_id: id,
      cwd: repo,
      hook_event_name: 'SessionStart',
      source: 'startup',
      model: 'm',
    }),
    promised: () => [],
  }),
  (id, { repo }) => ({
    argv: [RALLY_HOOK, 'claude_code', 'PreToolUse'],
    input: JSON.stringify({
      session_id: id,
      cwd: repo,
      hook_event_name: 'PreToolUse',
      tool_name: 'Edit',
      tool_input: { file_path: `${repo}/src/a.ts`, old_string: 'a', new_string: 'b' },
    }),
    promised: () => [],
  }),
  // A hook answers nothing that it would have to keep; what it leaves half done must not hurt anybody.
  (id, { repo }) => ({
    argv: [RALLY_HOOK, 'codex', 'UserPromptSubmit'],
    input: JSON.stringify({ session_id: id, cwd: repo, hook_event_name: 'UserPromptSubmit', prompt: 'p' }),
    promised: () => [],
  }),
]

const who = (id: string): string[] => ['--session-id', id, '--tool', 'codex', '--json']

export interface RunningCommand {
  readonly process: ChildProcess
  /** After it ended, by itself or not. */
  readonly ended: Promise<{ sessionId: string; lines: string[]; wasKilled: boolean }>
}

/** `dieAt`: it kills itself at that call to the file system inside the room (children/die-at.cjs). */
export function startCommand(
  world: World,
  options: { sessionId: string; which: number; dieAt?: number | undefined },
): RunningCommand {
  const { sessionId, which, dieAt } = options
  const make = COMMANDS[which % COMMANDS.length] as (typeof COMMANDS)[number]
  const { argv, input = '', promised } = make(sessionId, world)
  const traps = dieAt === undefined ? [] : ['--require', DIE_AT]
  const env = { ...world.env, RALLY_TEST_ROOM: world.channel, RALLY_TEST_DIES_AT: String(dieAt) }
  const child = spawn(process.execPath, [...traps, ...argv], {
    cwd: world.repo,
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  let out = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  const ended = new Promise<Awaited<RunningCommand['ended']>>((resolve) => {
    child.on('close', (_code, signal) => {
      const wasKilled = signal === 'SIGKILL'
      // An answer that was given counts, whatever happened to its process afterwards.
      const lines = argv[0] === RALLY_HOOK ? [] : linesOf(out, { promised, wasKilled })
      resolve({ sessionId, lines, wasKilled })
    })
  })
  return { process: child, ended }
}

function linesOf(
  out: string,
  { promised, wasKilled }: { promised: Command['promised']; wasKilled: boolean },
): string[] {
  const answer = parseAnswer(out)
  if (answer === undefined) return wasKilled ? [] : [`refused ${out}`]
  return answer.ok === true ? promised(answer) : [`refused ${out}`]
}

function parseAnswer(out: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(out) as Record<string, unknown>
  } catch {
    return undefined
  }
}
