import fs from 'node:fs'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { readSmallFile } from '../system/small-file.js'

/** A file that is edited, as claims name it. */
export interface WorktreePath {
  /** Absolute top of the working tree that the file lies in. */
  readonly worktree: string
  /** Relative to it, `/`-separated. */
  readonly path: string
}

export interface Repository {
  /** Real path of the session's working tree. */
  readonly worktree: string
  /** Real path of the common git folder. */
  readonly commonDir: string
}

/**
 * Where a path that a host named lies: in the session's working tree, or in another one of the same repository. Undefined
 * for a file outside of the repository (another repository inside the working tree included) and inside a git folder.
 */
export function locateFile(named: string, cwd: string, repository: Repository): WorktreePath | undefined {
  const file = locateAnywhere(named, cwd)
  return file !== undefined && isOfRepository(file.worktree, repository) ? file : undefined
}

/** The same for a file of any repository. */
export function locateAnywhere(named: string, cwd: string): WorktreePath | undefined {
  if (named === '' || named.includes('\0')) return undefined
  const file = realFile(isAbsolute(named) ? resolve(named) : resolve(cwd, named))
  const worktree = worktreeOf(dirname(file))
  if (worktree === undefined) return undefined
  // Both are real absolute paths, and the worktree is a parent of the file.
  const path = file.slice(worktree === '/' ? 1 : worktree.length + 1)
  if (path === '' || path === '.git' || path.startsWith('.git/')) return undefined
  return { worktree, path }
}

/** Top of the working tree that an existing or future folder lies in: the nearest one with a `.git`. */
export function worktreeOf(folder: string): string | undefined {
  for (let dir = folder; ; ) {
    if (fs.lstatSync(join(dir, '.git'), { throwIfNoEntry: false }) !== undefined) return dir
    const parent = dirname(dir)
    if (parent === dir) return undefined
    dir = parent
  }
}

/** Whether the file system takes names that differ only in case for one. */
export function ignoresCase(worktree: string): boolean {
  const upper = fs.lstatSync(join(worktree, '.GIT'), { throwIfNoEntry: false })
  return upper !== undefined && upper.ino === fs.lstatSync(join(worktree, '.git'), { throwIfNoEntry: false })?.ino
}

/** Whether a working tree belongs to a repository: a submodule or a nested repository does not. */
export function isOfRepository(worktree: string, repository: Repository): boolean {
  if (worktree === repository.worktree) return true
  const dotGit = join(worktree, '.git')
  if (real(dotGit) === repository.commonDir) return true
  try {
    if (!fs.lstatSync(dotGit).isFile()) return false
    const pointer = /^gitdir: (.+)/.exec(fs.readFileSync(dotGit, 'utf8'))?.[1]
    const folder = pointer === undefined ? undefined : real(resolve(worktree, pointer.trim()))
    // A linked working tree points to <common git folder>/worktrees/<name>, a submodule to …/modules/<name>.
    return folder !== undefined && dirname(folder) === join(repository.commonDir, 'worktrees')
  } catch {
    return false
  }
}

/** Symbolic links resolved in the part of the path that exists. */
function realFile(path: string): string {
  const found = real(path)
  if (found !== undefined) return found
  const parent = dirname(path)
  return parent === path ? path : join(realFile(parent), basename(path))
}

function real(path: string): string | undefined {
  try {
    return fs.realpathSync.native(path)
  } catch {
    return undefined
  }
}

/** The file that names a working tree's branch. Throws where there is no repository. */
export function headOf(worktree: string): string {
  const dotGit = join(worktree, '.git')
  const pointer = fs.lstatSync(dotGit).isFile() ? /^gitdir: (.+)/.exec(fs.readFileSync(dotGit, 'utf8'))?.[1] : '.git'
  return join(resolve(worktree, (pointer ?? '.git').trim()), 'HEAD')
}

/** The branch that a working tree is on, `HEAD` when detached, undefined when it cannot be told. */
export function readBranch(worktree: string): string | undefined {
  try {
    const head = readSmallFile(headOf(worktree), 4096)
    if (head.kind !== 'text') return undefined
    return (
      /^ref: refs\/heads\/(.+)/.exec(head.text)?.[1]?.trim() ??
      (/^[0-9a-f]{40,64}\s*$/.test(head.text) ? 'HEAD' : undefined)
    )
  } catch {
    return undefined
  }
}
