import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

export const RALLY = join(import.meta.dirname, '..', 'bin', 'rally.cjs')

/** Compiled code of this test file alone: what other files damage, fill or measure is not its own. */
const CACHE = mkdtempSync(join(tmpdir(), 'rally-cache-'))
afterAll(() => rmSync(CACHE, { recursive: true, force: true }))

/** An environment with nothing of the machine's own: no host's variables, no identity, compiled code that one test file shares. */
export function cleanEnv(home: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: home,
    TZ: 'UTC',
    XDG_CACHE_HOME: CACHE,
    AGENT_RALLY_APPS_ROOT: join(home, 'apps'),
    ...more,
  }
}

export interface RunOptions {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  readonly input?: string
}

/** What never ends is ended; a busy machine needs many times what an idle one does. */
const LONGEST_MS = 150_000

/** Runs the built executable to its end. */
export function runRally(args: readonly string[], { cwd, env, input = '' }: RunOptions): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [RALLY, ...args], { cwd, env, input, encoding: 'utf8', timeout: LONGEST_MS })
}

/** The words of a shell line with single and double quotes; enough for the examples in help texts. */
export function splitWords(line: string): string[] {
  const words = line.match(/(?:[^\s'"]+|'[^']*'|"[^"]*")+/g) ?? []
  return words.map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, (_match, single, double) => single ?? double ?? ''))
}
