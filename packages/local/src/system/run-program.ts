import type { ChildProcessByStdio } from 'node:child_process'
import type { Readable } from 'node:stream'
import { reasonOf } from '@rally/core/errors'
import { programEnv } from './program-env.js'

/** How a program ended. `failed`: it could not be started, or printed more than allowed. */
export type ProgramEnd =
  | { readonly kind: 'exited'; readonly code: number; readonly stdout: string }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'failed'; readonly reason: string }

export interface ProgramLimits {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly timeoutMs: number
  /** Largest accepted stdout. */
  readonly maxBytes?: number
}

const DEFAULT_MAX_BYTES = 16 * 1024 * 1024

/**
 * Runs a program without a shell, its stdin and stderr closed, and answers within `timeoutMs` whatever it does: at the end
 * of its time its whole process group is killed, so that no child of it stays behind. Never throws.
 */
export async function runProgram(program: string, args: readonly string[], limits: ProgramLimits): Promise<ProgramEnd> {
  // Loading this module costs more than most commands do in all.
  const { spawn } = await import('node:child_process')
  return new Promise((settle) => {
    let child: ChildProcessByStdio<null, Readable, null>
    try {
      child = spawn(program, args, {
        cwd: limits.cwd,
        env: programEnv(limits.env),
        stdio: ['ignore', 'pipe', 'ignore'],
        detached: true,
      })
    } catch (error) {
      settle({ kind: 'failed', reason: reasonOf(error) })
      return
    }
    const chunks: Buffer[] = []
    let size = 0
    const end = (result: ProgramEnd) => {
      clearTimeout(timer)
      child.stdout.destroy()
      settle(result)
    }
    const stop = (result: ProgramEnd) => {
      killGroup(child.pid)
      child.unref()
      end(result)
    }
    const timer = setTimeout(() => stop({ kind: 'timed-out' }), limits.timeoutMs)
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length
      chunks.push(chunk)
      if (size > (limits.maxBytes ?? DEFAULT_MAX_BYTES)) stop({ kind: 'failed', reason: 'it printed too much' })
    })
    child.on('error', (error) => end({ kind: 'failed', reason: error.message }))
    child.on('close', (code, signal) => {
      if (code === null) end({ kind: 'failed', reason: `it was ended by ${signal}` })
      else end({ kind: 'exited', code, stdout: Buffer.concat(chunks).toString('utf8') })
    })
  })
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
