import { spawn } from 'node:child_process'
import type { HookRunner } from '@rally/core/ports/host'

/** What every shell does when a host says nothing about how it runs hooks. */
export const PLAIN_RUNNER: HookRunner = {
  shell: ['/bin/sh', '-c'],
  stdin: 'pipe',
  userCwd: 'session',
  env: {},
  duplicates: 'once',
}

export interface CommandLineRun {
  readonly command: string
  readonly payload: string
  readonly runner: HookRunner
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Milliseconds after which the host would give up. */
  readonly timeout: number
  now(): number
  /** Ends a process and its children. */
  killGroup(pid: number): void
}

export interface CommandLineResult {
  /** Undefined when it was killed or could not be started. */
  readonly exit: number | undefined
  readonly timedOut: boolean
  readonly stdout: string
  readonly stderr: string
  readonly ms: number
  /** Why it could not be started. */
  readonly failure?: string
}

const END = 'RALLY_VERIFY_PAYLOAD'

/** Runs the command line of a hook as its host would: its shell, its folder, its way to hand over the payload. */
export function runCommandLine(run: CommandLineRun): Promise<CommandLineResult> {
  const { runner, payload } = run
  const text = runner.stdin === 'pipe' ? run.command : `${run.command} <<'${END}'\n${payload}\n${END}`
  const [shell = '/bin/sh', ...args] = runner.shell.map((word) =>
    word === '$SHELL' ? run.env.SHELL || '/bin/sh' : word,
  )
  const started = run.now()
  return new Promise((resolve) => {
    const child = spawn(shell, [...args, text], { cwd: run.cwd, env: { ...run.env }, stdio: 'pipe', detached: true })
    const out = { stdout: '', stderr: '' }
    let timedOut = false
    const timer = setTimeout(() => {
      timedOut = true
      if (child.pid !== undefined) run.killGroup(child.pid)
    }, run.timeout)
    const finish = (rest: Pick<CommandLineResult, 'exit' | 'failure'>): void => {
      clearTimeout(timer)
      resolve({ ...out, ...rest, timedOut, ms: run.now() - started })
    }
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      out.stdout += chunk
    })
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      out.stderr += chunk
    })
    child.on('error', (error) => finish({ exit: undefined, failure: error.message }))
    child.on('close', (code) => finish({ exit: code ?? undefined }))
    // A command that does not read its input closes the pipe; that is its own business.
    child.stdin.on('error', () => {})
    child.stdin.end(runner.stdin === 'pipe' ? payload : '')
  })
}
