import { lstatSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Moment } from '@rally/core/model/moment'
import { branchLine, isKin, isSameTree, type NewsLine } from '@rally/core/moments'
import { num, obj, text } from '@rally/core/readers'
import { type GitLine, readGitLines } from '@rally/local/channel-files/git-lines'
import { announceGit, readOwnWork, signWork } from '@rally/local/channel-files/inflight-log'
import { type PeerContext, shownPeer } from '@rally/local/channel-files/peers'
import { treeId } from '@rally/local/repository/tree-id'
import { headOf, readBranch, worktreeOf } from '@rally/local/repository/worktree-path'
import type { Session } from './session.js'
import { shellFolder } from './shell-files.js'

/** A command of one's own may wait so long (seconds) for the person's yes, or take so long, before it is on another branch. */
const COMMAND_SECS = 300
/** One of somebody else is only named when it was so shortly before. */
const NAMED_SECS = 15
const CLOCK_SECS = 0.02
const BRANCHING = /^(?:checkout|switch|rebase|bisect|symbolic-ref|branch)/

/** Says that a shell command may change the branch, or files, so that others can be told who did. */
export function noteGit(moment: Moment, { root, self }: Session, now: number): void {
  const { moves, git } = moment.shell ?? {}
  if (moves === undefined || moment.name !== 'before-edit') return
  const folder = git?.[0]?.folder
  const worktree = worktreeOf(resolve(shellFolder(moment), folder ?? '.')) ?? self.worktree
  signWork(root, self.sessionId, readOwnWork(root, self.sessionId, now))
  announceGit(root, self.sessionId, { worktree, tree: treeId(worktree), word: moves }, now)
}

/** The branch that the session knows from here on, and what it is told of that. */
export interface BranchLook {
  readonly seen?: { readonly name: string; readonly at: number }
  readonly line?: NewsLine
}

/**
 * Which branch a working tree is on, and what is to be said if the session knows it on another one: not if a command of its own
 * may have changed that.
 */
export function lookAtBranch(worktree: string, { stored }: Session, ctx: PeerContext): BranchLook {
  const name = readBranch(worktree)
  if (name === undefined) return {}
  const known = stored?.worktree === worktree ? obj(stored.branch_seen) : {}
  const [was, since] = [text(known.name), num(known.at) ?? 0]
  if (name === was) return {}
  const at = lstatSync(headOf(worktree)).mtimeMs / 1000
  const seen = { name, at }
  if (was === undefined) return { seen }
  const tree = { worktree, tree: treeId(worktree) }
  // What was said before the session last looked, it has seen. Clocks of files are a little behind.
  const lines = readGitLines(ctx.root, Math.max(since, at - COMMAND_SECS)).filter((line) => line.at <= at + CLOCK_SECS)
  const isOwn = ({ sessionId }: { sessionId: string }) => isKin(ctx.self, { sessionId, parent: parentOf(sessionId) })
  const mayBe = (line: GitLine) => isOwn(line) || (at - line.at < NAMED_SECS && isSameTree(line, tree))
  const last = lines.filter((line) => BRANCHING.test(line.word) && mayBe(line)).sort((a, b) => b.at - a.at)[0]
  if (last !== undefined && isOwn(last)) return { seen }
  const by = last && { sessionId: last.sessionId, shown: shownPeer(last.sessionId, ctx), word: last.word }
  return { seen, line: branchLine({ now: name, was, at, by }, ctx.now) }
}

/** A subagent's id begins with that of the session that started it. */
function parentOf(sessionId: string): string | undefined {
  return sessionId.includes('.') ? sessionId.slice(0, sessionId.lastIndexOf('.')) : undefined
}
