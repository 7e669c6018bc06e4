import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { runGit } from '../repository/run-git.js'
import type { Env } from '../system/user-dirs.js'
import type { GitLayout, NoRepository } from './git-layout.js'

const TIMEOUT_MS = 2000

/** The layout in the words of git itself: for folders that rally may not look at by itself. */
export async function askGitForLayout(start: string, env: Env): Promise<GitLayout | NoRepository> {
  const limits = { cwd: start, env, timeoutMs: TIMEOUT_MS }
  const dirs = await runGit(['rev-parse', '--absolute-git-dir', '--git-common-dir'], limits)
  if (dirs.kind !== 'exited' || dirs.code !== 0) return { reason: null }
  const [gitDir, commonDir] = dirs.stdout.split('\n')
  if (!gitDir || !commonDir) return { reason: null }
  const top = await runGit(['rev-parse', '--show-toplevel'], limits)
  const worktree = top.kind === 'exited' && top.code === 0 ? top.stdout.replace(/\n$/, '') || null : null
  try {
    return { gitDir, commonDir: realpathSync.native(resolve(start, commonDir)), worktree }
  } catch {
    return { gitDir, commonDir: resolve(start, commonDir), worktree }
  }
}
