import { createHash } from 'node:crypto'
import { isAbsolute, join } from 'node:path'
import type { HookScope, HostEnv } from '@rally/core/ports/host'

/** What the installer needs to know of the machine; the command line hands it in. */
export interface Surroundings {
  /** The user's home folder. */
  readonly home: string
  /** Real path of the repository; undefined outside of one, and then project files are out of reach. */
  readonly repoRoot: string | undefined
  /** Real path of the main checkout where the repository's folder is a linked worktree of it. */
  readonly mainRoot?: string | undefined
  /** Git's own list of what it shall not see in this repository (`info/exclude`). */
  readonly excludeFile?: string | undefined
  /** Whether git has the file, so that others get what is written there. */
  isTracked?(path: string): boolean
  /** The folder in front of absolute places of policies; without it there is none. */
  readonly systemRoot?: string
  readonly env: HostEnv
  /** Rally's own state folder (`$XDG_STATE_HOME/rally`), for undo records and locks. */
  readonly stateDir: string
  readonly pid: number
  /** Milliseconds since the epoch. */
  now(): number
  /** Whether a process of this machine is alive. */
  isAlive(pid: number): boolean
  /** A word that no other call on this machine gets. */
  unique(): string
}

/** Where a file of a host lies. */
export interface FilePlace {
  readonly scope: HookScope
  readonly path: string
  readonly homeVariable?: string
  readonly rootVariable?: string
  /** As in HookConfigFile. */
  readonly checkout?: 'main'
}

/** The absolute path of a host's file; undefined for a project file outside of a repository. */
export function locateFile(place: FilePlace, surroundings: Surroundings): string | undefined {
  const { home, repoRoot, mainRoot, env } = surroundings
  if (place.scope !== 'user') {
    const top = place.checkout === 'main' ? (mainRoot ?? repoRoot) : repoRoot
    return top === undefined ? undefined : join(top, place.path)
  }
  const moved = place.homeVariable === undefined ? undefined : env[place.homeVariable]
  if (moved !== undefined && isAbsolute(moved)) return join(moved, ...place.path.split('/').slice(1))
  const root = place.rootVariable === undefined ? undefined : env[place.rootVariable]
  return join(root !== undefined && isAbsolute(root) ? root : home, place.path)
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}
