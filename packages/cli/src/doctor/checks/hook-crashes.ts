import { lstatSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cacheDir, type Env } from '@rally/local/system/user-dirs'
import { readNames } from '@rally/local/transport/files/read-names'
import { plural } from '../../views/text/lines.js'
import { type Check, problem } from '../check.js'

/** A hook ends within two seconds; a process with its number that is older is another one. */
const LONGEST_MS = 60_000

/** Hooks that ended without a word: each leaves the file that said that it runs. */
export const hookCrashesCheck: Check = {
  code: 'hook-crashes',
  async run({ rally }) {
    const found = findCrashes(rally.env, rally.clock.now() * 1000)
    const last = found.at(-1)
    if (last === undefined) return []
    const message = `${plural(found.length, 'hook call')} ended without a word (crashed, or killed by the host); the last one: ${last.call}`
    const place = join(cacheDir(rally.env), 'running')
    return [problem('hook-crashes', 'warning', { message, place, fix: 'rally hooks verify, then rally doctor --fix' })]
  },
}

interface Crash {
  readonly path: string
  /** Host and event. */
  readonly call: string
  readonly at: number
}

/** Traces whose process is gone, oldest first. `now` in epoch milliseconds. */
function findCrashes(env: Env, now: number): Crash[] {
  const folder = join(cacheDir(env), 'running')
  const crashes = readNames(folder).flatMap((name) => {
    const match = /^([\w.-]*)\.(\d+)\.(\d+)$/.exec(name)
    if (match === null) return []
    const [, call = '', pid, at] = match
    const isRunning = now - Number(at) < LONGEST_MS && isAlive(Number(pid))
    return isRunning ? [] : [{ path: join(folder, name), call: call.replace(/_(?=[^_]*$)/, ' '), at: Number(at) }]
  })
  return crashes.sort((a, b) => a.at - b.at)
}

/** Takes the traces away, and the compiled code that the calls may have died of. Answers how many traces there were. */
export function forgetCrashes(env: Env, now: number): number {
  const crashes = findCrashes(env, now)
  if (crashes.length === 0) return 0
  for (const { path } of crashes) rmSync(path, { force: true })
  const compiled = join(cacheDir(env), 'compiled')
  for (const name of readNames(compiled)) {
    const path = join(compiled, name)
    if (lstatSync(path, { throwIfNoEntry: false })?.isFile()) rmSync(path, { force: true })
  }
  return crashes.length
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
