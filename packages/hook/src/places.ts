import { isAbsolute, join, relative } from 'node:path'
import { readPresence } from '@rally/local/channel-files/presence-records'
import { resolveChannelSync } from '@rally/local/discovery/resolve-channel'
import { ignoresCase, isOfRepository, type WorktreePath } from '@rally/local/repository/worktree-path'
import type { Env } from '@rally/local/system/user-dirs'
import type { Session } from './session.js'

/** A room in which an edit is announced and looked up, and those of its files that belong there. */
export interface Place {
  /** The session as it stands in that room. */
  readonly session: Session
  readonly files: readonly WorktreePath[]
}

/** So many other rooms are looked into for one edit. */
const MOST_ROOMS = 8

/**
 * The rooms of an edit. A file belongs to the room of its own repository: another one, a nested one or a submodule is not the
 * session's. The session's own room comes first, also when none of the files is its.
 */
export function placesOf(session: Session, files: readonly WorktreePath[], env: Env): Place[] {
  const { self, channel } = session
  const repository = { worktree: self.worktree, commonDir: channel.commonDir ?? '' }
  const own = files.filter(({ worktree }) => isOfRepository(worktree, repository))
  const others = new Map<string, WorktreePath[]>()
  for (const file of files) {
    if (!own.includes(file)) others.set(file.worktree, [...(others.get(file.worktree) ?? []), file])
  }
  const places: Place[] = [{ session, files: own }]
  for (const [worktree, group] of others) {
    const place = places.length > MOST_ROOMS ? undefined : placeOf(session, worktree, env)
    const known = places.find(({ session: { root } }) => root === place?.root)
    if (known !== undefined) places[places.indexOf(known)] = { ...known, files: [...known.files, ...group] }
    else if (place !== undefined) places.push({ session: place, files: group })
  }
  return places
}

function placeOf(session: Session, worktree: string, env: Env): Session | undefined {
  try {
    // What names the session's own repository says nothing of this one.
    const channel = resolveChannelSync(worktree, { ...env, ...NO_REPOSITORY }, { appsRoot: session.appsRoot })
    const { sessionId } = session.self
    const self = { ...session.self, worktree, caseInsensitive: ignoresCase(worktree) }
    return { ...session, self, channel, root: channel.dir, stored: readPresence(channel.dir, sessionId) }
  } catch {
    return undefined
  }
}

const NO_REPOSITORY = { GIT_DIR: undefined, GIT_COMMON_DIR: undefined, GIT_WORK_TREE: undefined }

/** A path by which the session can use a file: as usual in its own working tree, below it from there, else in full. */
export function usablePath({ worktree, path }: WorktreePath, own: string): string {
  if (worktree === own) return path
  const full = join(worktree, path)
  const below = relative(own, full)
  return below.startsWith('..') || isAbsolute(below) ? full : below
}
