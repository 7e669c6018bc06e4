import { lstatSync } from 'node:fs'
import { dirname } from 'node:path'
import { RallyError } from '@rally/core/errors'
import { errorCode } from './small-file.js'
import type { Env } from './user-dirs.js'

/**
 * Refuses to write into the room of another user by way of `sudo`: what root makes there its owner can neither change nor
 * remove. Root without `sudo` (a container) is left alone. Costs nothing for anybody but root.
 * @throws RallyError CHANNEL_OF_ANOTHER
 */
export function requireOwnRoom(dir: string, env: Env): void {
  if (isOfAnotherUser(dir, env)) throw new RallyError('CHANNEL_OF_ANOTHER', { dir, owner: ownerOf(dir) })
}

/** The same as a question, for hooks: they stay away from such a room. */
export function isOfAnotherUser(dir: string, env: Env): boolean {
  if (process.getuid?.() !== 0 || !env.SUDO_UID || env.SUDO_UID === '0') return false
  return (ownerOf(dir) ?? 0) !== 0
}

/** Who a file belongs to that this process may not use, in words; empty where that says nothing. */
export function ownerNote(error: unknown): string {
  const owner = foreignOwner(error)
  if (owner === undefined) return ''
  return `; it belongs to ${owner === 0 ? 'root' : `user ${owner}`}, and rally runs as user ${process.getuid?.()}`
}

/** What cures a room that `sudo` left to root. */
export function ownerHint(dir: string, error: unknown): string | undefined {
  if (foreignOwner(error) !== 0) return undefined
  return `if it was made by a rally under sudo, give it back: sudo chown -R ${process.getuid?.()} '${dir.replaceAll("'", "'\\''")}'`
}

function foreignOwner(error: unknown): number | undefined {
  const code = errorCode(error)
  if (code !== 'EACCES' && code !== 'EPERM') return undefined
  const path = (error as { path?: unknown }).path
  const owner = typeof path === 'string' ? ownerOf(path) : undefined
  return owner === process.getuid?.() ? undefined : owner
}

/** The owner of a path, or of what is there of it. */
function ownerOf(path: string): number | undefined {
  for (let at = path; ; at = dirname(at)) {
    try {
      const stats = lstatSync(at, { throwIfNoEntry: false })
      if (stats !== undefined) return stats.uid
    } catch {
      // A folder above it may not be looked into: whose is that one?
    }
    if (at === dirname(at)) return undefined
  }
}
