import { lstatSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { readSmallFile } from '../system/small-file.js'
import type { Env } from '../system/user-dirs.js'

/** Where git keeps what: all three absolute, `commonDir` with symbolic links resolved. */
export interface GitLayout {
  /** Of this working tree: its HEAD and index. */
  readonly gitDir: string
  /** Of the repository: objects, branches, configuration; the same for all its working trees. */
  readonly commonDir: string
  /** Top of the working tree; null in a bare repository and inside a git folder. */
  readonly worktree: string | null
}

/** No repository; `reason` is set when there is something that should be one. */
export interface NoRepository {
  readonly reason: string | null
}

const POINTER_BYTES = 64 * 1024

/**
 * What `git rev-parse --git-common-dir` would say in `start` (an existing real path), found by looking at files: no process.
 * Mount points are crossed; GIT_CEILING_DIRECTORIES is obeyed.
 * @throws the system's error when a folder on the way may not be looked at; only git itself can tell then
 */
export function findGitLayout(start: string, env: Env): GitLayout | NoRepository {
  if (env.GIT_DIR) return layoutOfVariable(start, env.GIT_DIR, env)
  const ceilings = ceilingsOf(env)
  for (let dir = start; ; ) {
    const found = layoutAt(dir, start, env)
    if (found) return found
    const parent = dirname(dir)
    if (parent === dir || ceilings.includes(parent)) return { reason: null }
    dir = parent
  }
}

export function isLayout(found: GitLayout | NoRepository): found is GitLayout {
  return 'commonDir' in found
}

/** Whether a folder is a git folder with objects and branches of its own, as git itself tests it. */
export function isCommonDir(dir: string): boolean {
  return exists(join(dir, 'HEAD')) && exists(join(dir, 'objects')) && exists(join(dir, 'refs'))
}

/** The repository whose working tree or bare folder is exactly `dir`. */
function layoutAt(dir: string, start: string, env: Env): GitLayout | NoRepository | undefined {
  const dotGit = join(dir, '.git')
  const facts = statSync(dotGit, { throwIfNoEntry: false })
  if (facts?.isFile()) {
    const gitDir = followGitFile(dotGit)
    return (
      (gitDir ? layoutOf(gitDir, start, env, dir) : undefined) ?? {
        reason: `a .git file points to no repository: ${dotGit}`,
      }
    )
  }
  const own = facts?.isDirectory() ? layoutOf(dotGit, start, env, dir) : undefined
  if (own) return own
  const bare = layoutOf(dir, start, env, null)
  if (!bare || isInsideDotGit(dir)) return bare
  return { reason: `${dir} is a bare repository: set GIT_DIR to it if you mean it` }
}

/**
 * A bare repository that is met by walking up may be part of somebody's clone, with a configuration of theirs. Nobody can
 * commit a folder named `.git`.
 */
function isInsideDotGit(dir: string): boolean {
  return `${dir}/`.includes('/.git/')
}

function layoutOf(gitDir: string, start: string, env: Env, worktree: string | null): GitLayout | undefined {
  if (!exists(join(gitDir, 'HEAD'))) return undefined
  const commonDir = env.GIT_COMMON_DIR ? resolve(start, env.GIT_COMMON_DIR) : commonDirOf(gitDir)
  const objects = env.GIT_OBJECT_DIRECTORY ? resolve(start, env.GIT_OBJECT_DIRECTORY) : join(commonDir, 'objects')
  if (!exists(objects) || !exists(join(commonDir, 'refs'))) return undefined
  return { gitDir, commonDir: realpathSync.native(commonDir), worktree }
}

/** A linked working tree names the repository in a file `commondir`; any other git folder is its own. */
function commonDirOf(gitDir: string): string {
  const file = join(gitDir, 'commondir')
  if (!exists(file)) return gitDir
  const pointer = readSmallFile(file, POINTER_BYTES)
  return pointer.kind === 'text' ? resolve(gitDir, withoutNewline(pointer.text)) : gitDir
}

/** Where a file `.git` (of a linked working tree, a submodule, a separate git folder) points to. */
function followGitFile(path: string): string | undefined {
  const pointer = readSmallFile(path, POINTER_BYTES)
  if (pointer.kind !== 'text' || !pointer.text.startsWith('gitdir: ')) return undefined
  const target = withoutNewline(pointer.text.slice('gitdir: '.length))
  return target === '' || target.includes('\0') ? undefined : resolve(dirname(path), target)
}

function layoutOfVariable(start: string, variable: string, env: Env): GitLayout | NoRepository {
  const named = resolve(start, variable)
  const gitDir = statSync(named, { throwIfNoEntry: false })?.isFile() ? followGitFile(named) : named
  const worktree = env.GIT_WORK_TREE
    ? realOrSame(resolve(start, env.GIT_WORK_TREE))
    : worktreeOfVariable(start, gitDir ?? named)
  const layout = gitDir ? layoutOf(gitDir, start, env, worktree) : undefined
  return layout ?? { reason: `GIT_DIR points to no repository: ${named}` }
}

/**
 * With GIT_DIR alone git takes the current folder for the top. Rally finds the real top where it can (git runs its own
 * hooks with GIT_DIR set), so that a session names a file the same way there and elsewhere.
 */
function worktreeOfVariable(start: string, gitDir: string): string {
  const back = readSmallFile(join(gitDir, 'gitdir'), POINTER_BYTES)
  const dotGit = realOrSame(back.kind === 'text' ? resolve(gitDir, withoutNewline(back.text)) : gitDir)
  if (basename(dotGit) !== '.git') return start
  const top = dirname(dotGit)
  const way = relative(top, start)
  return way === '' || !(way === '..' || way.startsWith('../')) ? top : start
}

function ceilingsOf(env: Env): readonly string[] {
  return (env.GIT_CEILING_DIRECTORIES ?? '')
    .split(':')
    .filter((dir) => dir.startsWith('/'))
    .map(realOrSame)
}

function realOrSame(path: string): string {
  try {
    return realpathSync.native(path)
  } catch {
    return path
  }
}

function withoutNewline(text: string): string {
  return text.replace(/[\r\n]+$/, '')
}

/** A link counts wherever it leads: git looks at HEAD in the same way. */
function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}
