import { findGitLayout, isLayout } from '../discovery/git-layout.js'
import { realWorkdir } from '../discovery/resolve-channel.js'
import type { GitQuestion } from './git-question.js'
import { runGit } from './run-git.js'

/** Rally's and the build loop's own folder: being there is no change of anybody's work (protocol section 7.1). */
const OWN_FOLDER = '.build-loop/'

export interface DirtyFiles {
  readonly files: readonly string[]
  readonly unknown: boolean
}

/**
 * Paths that `git status` reports, relative to the top of the working tree, `/` at the end of an untracked folder; a renamed
 * file counts under its new name. Nothing is written to the repository, not even the index. Where there is no working tree
 * (outside a repository, a bare one) nothing is dirty.
 */
export async function readDirtyFiles(workdir: string, question: GitQuestion): Promise<DirtyFiles> {
  return askStatus(workdir, question, {})
}

/** The same, a renamed file under both names. */
export async function readChangedFiles(workdir: string, question: GitQuestion): Promise<DirtyFiles> {
  return askStatus(workdir, question, { oldNames: true })
}

async function askStatus(
  workdir: string,
  { env, timeoutMs }: GitQuestion,
  reading: { oldNames?: boolean },
): Promise<DirtyFiles> {
  const end = await runGit(['status', '--porcelain=v1', '-z', '--ignore-submodules=dirty'], {
    cwd: workdir,
    env,
    timeoutMs,
  })
  if (end.kind !== 'exited') return { files: [], unknown: true }
  if (end.code !== 0) return { files: [], unknown: await hasWorktree(workdir, { env, timeoutMs }) }
  return { files: parseStatus(end.stdout, reading), unknown: false }
}

/**
 * Entries of `git status --porcelain=v1 -z`: two letters, a blank, the path; renames and copies are followed by the old path,
 * which is left out unless it is asked for.
 */
export function parseStatus(stdout: string, { oldNames = false } = {}): string[] {
  const files: string[] = []
  const entries = stdout.split('\0')
  for (let index = 0; index < entries.length; index++) {
    const entry = entries[index] ?? ''
    if (entry.length < 4) continue
    const state = entry.slice(0, 2)
    const path = entry.slice(3)
    if (/[RC]/.test(state)) {
      index++
      const old = entries[index]
      if (oldNames && state.includes('R') && old) files.push(old)
    }
    if (state !== '??' || !path.startsWith(OWN_FOLDER)) files.push(path)
  }
  return files
}

/** Whether there is something that could be dirty: git's word, or the files' where git does not answer either. */
async function hasWorktree(workdir: string, { env, timeoutMs }: GitQuestion): Promise<boolean> {
  const end = await runGit(['rev-parse', '--is-inside-work-tree'], { cwd: workdir, env, timeoutMs })
  if (end.kind === 'exited' && end.code === 0) return end.stdout.trim() === 'true'
  try {
    const found = findGitLayout(realWorkdir(workdir), env)
    return isLayout(found) && found.worktree !== null
  } catch {
    return false
  }
}
