import fs from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { findGitLayout, type GitLayout, isLayout } from '../discovery/git-layout.js'
import { realWorkdir } from '../discovery/resolve-channel.js'
import type { GitQuestion } from './git-question.js'
import { runGit } from './run-git.js'

/** Where git looks for the hooks of a repository. */
export interface HooksFolder {
  /** Absolute, links resolved as far as it exists. */
  readonly folder: string
  /** `git`: below the repository's git folder. `tree`: in its working tree, where everybody shares it. `outside`: anywhere else. */
  readonly where: 'git' | 'tree' | 'outside'
  /** What `core.hooksPath` says; null where it is not set. */
  readonly configured: string | null
  /** The folder that git uses when nothing is set. */
  readonly usual: string
}

/** What rally's way of calling git puts behind every other word. */
const LIST_PATHS = ['config', '--null', '--show-origin', '--path', '--get-all', 'core.hooksPath']

/** Undefined outside of a repository, in one without a working tree, and where git does not answer. */
export async function findHooksFolder(
  workdir: string,
  { env, timeoutMs }: GitQuestion,
): Promise<HooksFolder | undefined> {
  const layout = layoutOf(workdir, env)
  if (layout === undefined || layout.worktree === null) return undefined
  const end = await runGit(LIST_PATHS, { cwd: workdir, env, timeoutMs })
  if (end.kind !== 'exited' || end.code > 1) return undefined
  // Origin and value by turns; the last one is rally's own, which keeps git from running hooks.
  const values = end.stdout.split('\0').filter((_entry, at) => at % 2 === 1)
  const configured = values.slice(0, -1).at(-1) || null
  const usual = join(layout.commonDir, 'hooks')
  // Git runs hooks in the top of the working tree, and reads the path from there.
  const folder = realAsFar(configured === null ? usual : resolve(layout.worktree, configured))
  return { folder, where: placeOf(folder, layout), configured, usual }
}

function layoutOf(workdir: string, env: GitQuestion['env']): GitLayout | undefined {
  try {
    const found = findGitLayout(realWorkdir(workdir), env)
    return isLayout(found) ? found : undefined
  } catch {
    return undefined
  }
}

function placeOf(folder: string, { commonDir, gitDir, worktree }: GitLayout): HooksFolder['where'] {
  if ([commonDir, realAsFar(gitDir)].some((dir) => folder === dir || isBelow(folder, dir))) return 'git'
  // The main working tree counts as well: a path from its top may lead there.
  const trees = [worktree, basename(commonDir) === '.git' ? dirname(commonDir) : null]
  return trees.some((tree) => tree !== null && isBelow(folder, realAsFar(tree))) ? 'tree' : 'outside'
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)
}

/** Links resolved in the part of a path that exists. */
function realAsFar(path: string): string {
  try {
    return fs.realpathSync.native(path)
  } catch {
    const parent = dirname(path)
    return parent === path ? path : join(realAsFar(parent), basename(path))
  }
}
