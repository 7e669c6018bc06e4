import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { RALLY } from '../../packages/cli/test/run-rally.js'
import type { HookMachine } from './hook-machine.js'

const PROGRAM = join(import.meta.dirname, 'children/host-program.mjs')

export interface Answer {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

interface Request {
  /** Stdin of the command; `"{pid}"` becomes the process id of the host. */
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
}

/** A real process that stands for a coding host, and lives until the test ends or it is killed. */
export interface HostProgram {
  readonly pid: number
  /** Runs a command line in a shell of this host, in the repository. */
  run(command: string, request?: Request): Promise<Answer>
  /** Runs `rally …` as an agent of this host types it. */
  rally(words: string, request?: Request): Promise<Answer>
  /** Kills the host without a word. */
  kill(): Promise<void>
}

export function startHostProgram(machine: HookMachine): HostProgram {
  const child = spawn(process.execPath, [PROGRAM], { cwd: machine.repo, env: machine.env, stdio: 'pipe' })
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ended = once(child, 'close')
  onTestFinished(async () => {
    child.stdin.end()
    child.kill('SIGKILL')
    await ended
  })
  async function run(command: string, request: Request = {}): Promise<Answer> {
    child.stdin.write(`${JSON.stringify({ command, cwd: machine.repo, ...request })}\n`)
    const { value } = await answers.next()
    if (value === undefined) throw new Error(`the host ended before it answered: ${command}`)
    return JSON.parse(value)
  }
  return {
    pid: child.pid ?? 0,
    run,
    rally: (words, request) => run(`'${process.execPath}' '${RALLY}' ${words}`, request),
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
