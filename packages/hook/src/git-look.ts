import { isAbsolute, relative, resolve } from 'node:path'
import type { Moment } from '@rally/core/model/moment'
import {
  inScope,
  isInFlight,
  isKin,
  isOwnClaim,
  isSameTree,
  type OthersWork,
  type TakenAlong,
} from '@rally/core/moments'
import { readAnnounced } from '@rally/local/channel-files/announced'
import { readRoomClaims } from '@rally/local/channel-files/claims-file'
import { readAllWork } from '@rally/local/channel-files/inflight-log'
import { holderOf, livePeer, type PeerContext } from '@rally/local/channel-files/peers'
import { treeId } from '@rally/local/repository/tree-id'
import { isOfRepository, worktreeOf } from '@rally/local/repository/worktree-path'
import type { LookOptions } from './edit.js'
import type { Session } from './session.js'
import { isFolderAt, isRestored, shellFolder, shellWrites } from './shell-files.js'

type GitContext = PeerContext & Required<Pick<LookOptions, 'host' | 'machine'>>

/**
 * Whose work a shell command would take along, hide or discard with its git commands, or with a folder that it removes, moves
 * or restores: what others announced and claimed in the same working tree. Git itself is not asked.
 */
export function lookAtGit(moment: Moment, session: Session, options: GitContext): TakenAlong[] {
  const base = shellFolder(moment)
  const { self, channel } = session
  return takers(moment, base).flatMap(({ verb, folder, scope: paths }) => {
    const worktree = worktreeOf(resolve(base, folder))
    const repository = { worktree: self.worktree, commonDir: channel.commonDir ?? '' }
    if (worktree === undefined || !isOfRepository(worktree, repository)) return []
    const scope = paths?.flatMap((path) => {
      const inside = relative(worktree, resolve(base, path))
      return inside.startsWith('..') || isAbsolute(inside) ? [] : [inside]
    })
    const work = inScope(othersWork(worktree, options), scope)
    return work.length === 0 ? [] : [{ verb, work }]
  })
}

interface Taker {
  readonly verb: TakenAlong['verb']
  readonly folder: string
  readonly scope?: readonly string[]
}

/** A single file is looked up like an edit; who stages or commits one by its name means it. */
function takers(moment: Moment, base: string): Taker[] {
  const isFolder = (path: string) => isFolderAt(base, path)
  const commands = moment.shell?.git.filter((git) => !isRestored(git, base)) ?? []
  const named = commands.map((git): Taker => {
    const isOfFolders = git.verb === 'add-folder' || git.verb === 'commit-folder'
    return isOfFolders ? { ...git, scope: (git.scope ?? []).filter(isFolder) } : git
  })
  const whole = shellWrites(moment).flatMap(({ path, tree, by }): Taker[] => {
    const verb = by === 'rm' || by === 'mv' ? by : 'git'
    return tree && isFolder(path) ? [{ verb, folder: path, scope: [path] }] : []
  })
  return [...named, ...whole]
}

function othersWork(worktree: string, ctx: GitContext): OthersWork[] {
  const { self, root, now } = ctx
  const announced = readAnnounced(root)
  const tree = { worktree, tree: treeId(worktree) }
  const edited = readAllWork(root, now).flatMap((entry): OthersWork[] => {
    if (entry.sessionId === self.sessionId || !isInFlight(entry, now) || !isSameTree(entry, tree)) return []
    const peer = livePeer(entry, ctx, announced)
    return peer === undefined || isKin(self, peer) || peer.where === 'machine' ? [] : [{ peer, path: entry.path }]
  })
  const claimed = readRoomClaims(root).claims.flatMap((claim): OthersWork[] => {
    if (isOwnClaim(claim, self)) return []
    const holder = holderOf(claim, ctx, { company: announced.company, host: ctx.host, machine: ctx.machine })
    if (holder === undefined || isKin(self, holder.peer) || holder.peer.where !== 'here') return []
    return claim.patterns.map((path) => ({ peer: holder.peer, path, isClaim: true }))
  })
  return [...edited, ...claimed]
}
