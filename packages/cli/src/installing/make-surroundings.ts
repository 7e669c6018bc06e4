import { randomBytes } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import type { Surroundings } from '@rally/installer'
import { findGitLayout, type GitLayout, isLayout } from '@rally/local/discovery/git-layout'
import { isProcessAlive } from '@rally/local/identity/processes'
import { runGitNow } from '@rally/local/repository/run-git'
import { type Env, homeDir, stateDir } from '@rally/local/system/user-dirs'

/** This machine as the installer sees it. */
export function makeSurroundings(env: Env, repoRoot: string | undefined): Surroundings {
  const layout = layoutOf(repoRoot)
  return {
    home: homeDir(env),
    repoRoot,
    mainRoot: mainCheckout(repoRoot),
    excludeFile: layout && join(layout.commonDir, 'info', 'exclude'),
    isTracked: (path) => repoRoot !== undefined && isTracked(path, repoRoot, env),
    env,
    stateDir: stateDir(env),
    pid: process.pid,
    now: () => Date.now(),
    isAlive: (pid) => isProcessAlive(pid) !== false,
    unique: () => `${process.pid}-${randomBytes(6).toString('hex')}`,
  }
}

/** The main checkout of a linked worktree; undefined for any other folder. */
export function mainCheckout(repoRoot: string | undefined): string | undefined {
  const layout = layoutOf(repoRoot)
  if (layout === undefined || layout.gitDir === layout.commonDir || basename(layout.commonDir) !== '.git')
    return undefined
  const top = dirname(layout.commonDir)
  return top === repoRoot ? undefined : top
}

function layoutOf(repoRoot: string | undefined): GitLayout | undefined {
  try {
    const layout = repoRoot === undefined ? undefined : findGitLayout(repoRoot, {})
    return layout !== undefined && isLayout(layout) ? layout : undefined
  } catch {
    return undefined
  }
}

function isTracked(path: string, repoRoot: string, env: Env): boolean {
  return runGitNow(['ls-files', '--error-unmatch', '--', path], { cwd: repoRoot, env }).code === 0
}
