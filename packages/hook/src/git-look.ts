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
import { isRestored, shellFolder } from './shell-files.js'

type GitContext = PeerContext & Required<Pick<LookOptions, 'host' | 'machine'>>

/**
 * Whose work the git commands of a shell command would take along, hide or discard: what others announced and claimed in the
 * same working tree. Git itself is not asked.
 */
export function lookAtGit(moment: Moment, session: Session, options: GitContext): TakenAlong[] {
  const base = shellFolder(moment)
  const commands = moment.shell?.git.filter((git) => !isRestored(git, base)) ?? []
  const { self, channel } = session
  return commands.flatMap((git) => {
    const worktree = worktreeOf(resolve(base, git.folder))
    const repository = { worktree: self.worktree, commonDir: channel.commonDir ?? '' }
    if (worktree === undefined || !isOfRepository(worktree, repository)) return []
    const scope = git.scope?.flatMap((path) => {
      const inside = relative(worktree, resolve(base, path))
      return inside.startsWith('..') || isAbsolute(inside) ? [] : [inside]
    })
    const work = inScope(othersWork(worktree, options), scope)
    return work.length === 0 ? [] : [{ verb: git.verb, work }]
  })
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
