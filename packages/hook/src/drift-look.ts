import { lstatSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { announcedSince, changedBy, type Drift, type FileChange, type InFlight } from '@rally/core/moments'
import { type PeerContext, shownPeer } from '@rally/local/channel-files/peers'
import type { WorktreePath } from '@rally/local/repository/worktree-path'

export interface DriftLook {
  readonly ctx: PeerContext
  /** Announcements of others, also of those who left. */
  readonly others: readonly InFlight[]
  readonly nameOf: (file: WorktreePath) => string
}

/** Which files others changed since the session announced them. A file is only looked at where somebody may have. */
export function driftsOf(known: readonly InFlight[], { ctx, others, nameOf }: DriftLook): Drift[] {
  return known.flatMap((own): Drift[] => {
    const since = announcedSince({ self: ctx.self, own, others })
    const file = { worktree: own.worktree ?? '', path: own.path }
    const change = since.length === 0 ? undefined : changeOf(file)
    const by = change && changedBy(ctx.self, since, change)
    return change === undefined || by === undefined ? [] : [{ path: nameOf(file), change, by: shown(by, ctx) }]
  })
}

/** Who changed a file, as it is told. */
export function shown({ sessionId, last }: Pick<InFlight, 'sessionId' | 'last'>, ctx: PeerContext): Drift['by'] {
  return { sessionId, shown: shownPeer(sessionId, ctx), at: last }
}

/**
 * When a file changed last: not when it was written, which a copy or a move may take along. Of one that is gone the folder
 * says when something in it changed. Undefined where nothing can be said.
 */
export function changeOf({ worktree, path }: WorktreePath): FileChange | undefined {
  try {
    const file = join(worktree, path)
    const stats = lstatSync(file, { throwIfNoEntry: false })
    if (stats !== undefined) return { at: stats.ctimeMs / 1000, isGone: false }
    let folder = dirname(file)
    while (folder.length > worktree.length && statSync(folder, { throwIfNoEntry: false }) === undefined)
      folder = dirname(folder)
    return { at: statSync(folder).mtimeMs / 1000, isGone: true }
  } catch {
    return undefined
  }
}
