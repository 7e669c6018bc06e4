import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { RunIdentityTools } from '@rally/core/ports/run-identity'
import { failure } from './run-failure.js'

/**
 * Makes the worktree of a run, `.build-loop/worktrees/run-<6 digits>` on the branch `bl/run-<6 digits>` (protocol section 11).
 * A run that asked for one must not go on in the main checkout: throws NOT_STORED, and leaves nothing of the run behind.
 */
export function provisionWorktree(
  root: string,
  buildLoopId: string,
  git: RunIdentityTools['git'] | undefined,
): { run_worktree_path: string; run_worktree_branch: string } {
  const name = `run-${buildLoopId.slice(buildLoopId.lastIndexOf('-') + 1)}`
  const branch = `bl/${name}`
  const path = join(root, '.build-loop', 'worktrees', name)
  const end = git ? makeWorktree(root, { path, branch, git }) : { code: null, stderr: 'this rally hands out no git' }
  if (end.code !== 0) {
    rmSync(join(root, '.build-loop', 'runs', buildLoopId), { recursive: true, force: true })
    const reason = lastLine(end.stderr)
    throw failure('NOT_STORED', { what: 'worktree of the run', reason }, `the run has no worktree: ${reason}`)
  }
  return { run_worktree_path: path, run_worktree_branch: branch }
}

/**
 * The files are laid by a second call: only in the worktree does git's configuration say everything that it says there (a file may
 * be included for it alone), so only there can rally know which filters to keep out.
 */
function makeWorktree(
  root: string,
  { path, branch, git }: { path: string; branch: string; git: RunIdentityTools['git'] },
): ReturnType<RunIdentityTools['git']> {
  const made = git(['worktree', 'add', '--quiet', '--no-checkout', '-b', branch, path], root)
  if (made.code !== 0) return made
  const laid = git(['read-tree', '--no-recurse-submodules', '-m', '-u', 'HEAD'], path)
  if (laid.code === 0) return laid
  git(['worktree', 'remove', '--force', path], root)
  git(['branch', '-D', branch], root)
  return laid
}

/** What git said last, without the rest of its talk. */
function lastLine(stderr: string): string {
  return stderr.trim().split('\n').at(-1) || 'git failed'
}
