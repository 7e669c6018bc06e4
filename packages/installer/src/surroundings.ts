import { createHash } from 'node:crypto'
import { isAbsolute, join } from 'node:path'
import type { HookScope, HostEnv } from '@rally/core/ports/host'

/** What the installer needs to know of the machine; the command line hands it in. */
export interface Surroundings {
  /** The user's home folder. */
  readonly home: string
  /** Real path of the repository; undefined outside of one, and then project files are out of reach. */
  readonly repoRoot: string | undefined
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
}

/** The absolute path of a host's file; undefined for a project file outside of a repository. */
export function locateFile(place: FilePlace, surroundings: Surroundings): string | undefined {
  const { home, repoRoot, env } = surroundings
  if (place.scope === 'project') return repoRoot === undefined ? undefined : join(repoRoot, place.path)
  const moved = place.homeVariable === undefined ? undefined : env[place.homeVariable]
  if (moved !== undefined && isAbsolute(moved)) return join(moved, ...place.path.split('/').slice(1))
  const root = place.rootVariable === undefined ? undefined : env[place.rootVariable]
  return join(root !== undefined && isAbsolute(root) ? root : home, place.path)
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}
