import { randomBytes } from 'node:crypto'
import type { Surroundings } from '@rally/installer'
import { isProcessAlive } from '@rally/local/identity/processes'
import { type Env, homeDir, stateDir } from '@rally/local/system/user-dirs'

/** This machine as the installer sees it. */
export function makeSurroundings(env: Env, repoRoot: string | undefined): Surroundings {
  return {
    home: homeDir(env),
    repoRoot,
    env,
    stateDir: stateDir(env),
    pid: process.pid,
    now: () => Date.now(),
    isAlive: (pid) => isProcessAlive(pid) !== false,
    unique: () => `${process.pid}-${randomBytes(6).toString('hex')}`,
  }
}
