import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { BranchFacts } from '@rally/core/ports/repository'
import { findGitLayout, type GitLayout, isLayout, type NoRepository } from '../discovery/git-layout.js'
import { realWorkdir } from '../discovery/resolve-channel.js'
import type { GitQuestion } from './git-question.js'
import { type RefState, readHead, readRef } from './refs.js'
import { runGit } from './run-git.js'

/** Where finished work goes, the first that exists (protocol section 4). */
const TARGETS = ['refs/remotes/origin/main', 'refs/heads/main']
const HEADS = 'refs/heads/'
const UNKNOWN: BranchFacts = { name: 'unknown', headSha: 'unknown', mergeStatus: 'unknown' }

/**
 * Branch, commit and whether that commit is contained in `origin/main`, else in `main`. No process runs where the answer
 * stands in files: always for branch and commit in the usual storage, and for a commit that is the target's own.
 */
export async function readBranch(workdir: string, question: GitQuestion): Promise<BranchFacts> {
  let layout: GitLayout | NoRepository
  try {
    layout = findGitLayout(realWorkdir(workdir), question.env)
  } catch {
    return askGitForBranch(workdir, question)
  }
  return isLayout(layout) ? readBranchOf(layout, workdir, question) : UNKNOWN
}

async function readBranchOf(layout: GitLayout, workdir: string, question: GitQuestion): Promise<BranchFacts> {
  const head = usesReftable(layout) ? undefined : readHead(layout)
  if (!head || head.kind === 'unclear') return askGitForBranch(workdir, question)
  if (head.kind === 'unborn') return { ...UNKNOWN, name: shortName(head.ref) }
  const { sha } = head
  const target = TARGETS.map((ref) => readRef(layout.commonDir, ref)).find(({ kind }) => kind !== 'unborn')
  const name = head.ref === null ? 'HEAD' : shortName(head.ref)
  return { name, headSha: sha, mergeStatus: await mergeStatus(workdir, { sha, target, question }) }
}

function usesReftable(layout: GitLayout): boolean {
  return existsSync(join(layout.commonDir, 'reftable'))
}

async function mergeStatus(
  workdir: string,
  { sha, target, question }: { sha: string; target: RefState | undefined; question: GitQuestion },
): Promise<BranchFacts['mergeStatus']> {
  if (target?.kind !== 'commit') return 'unknown'
  if (target.sha === sha) return 'merged'
  const end = await runGit(['merge-base', '--is-ancestor', sha, target.sha], { cwd: workdir, ...question })
  if (end.kind !== 'exited') return 'unknown'
  return end.code === 0 ? 'merged' : end.code === 1 ? 'unmerged' : 'unknown'
}

async function askGitForBranch(workdir: string, question: GitQuestion): Promise<BranchFacts> {
  const [sha, name] = await linesOf(workdir, ['rev-parse', 'HEAD', '--abbrev-ref', 'HEAD'], question)
  if (!sha || !name) return UNKNOWN
  for (const ref of TARGETS) {
    const [commit] = await linesOf(workdir, ['rev-parse', '--verify', '--quiet', ref], question)
    if (!commit) continue
    const target: RefState = { kind: 'commit', sha: commit, ref }
    return { name, headSha: sha, mergeStatus: await mergeStatus(workdir, { sha, target, question }) }
  }
  return { name, headSha: sha, mergeStatus: 'unknown' }
}

async function linesOf(workdir: string, args: readonly string[], question: GitQuestion): Promise<string[]> {
  const end = await runGit(args, { cwd: workdir, ...question })
  return end.kind === 'exited' && end.code === 0 ? end.stdout.trim().split('\n') : []
}

function shortName(ref: string): string {
  return ref.startsWith(HEADS) ? ref.slice(HEADS.length) : ref
}
