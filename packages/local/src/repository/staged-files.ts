import { join } from 'node:path'
import { findGitLayout, isLayout } from '../discovery/git-layout.js'
import { realWorkdir } from '../discovery/resolve-channel.js'
import { readSmallFile } from '../system/small-file.js'
import type { DirtyFiles } from './dirty-files.js'
import type { GitQuestion } from './git-question.js'
import { withOwnPathspecs } from './pathspecs.js'
import { runGit } from './run-git.js'

/** Ids of the commits that are being merged, one a line. */
const MERGED_BYTES = 64 * 1024
const MOST_MERGED = 16

/**
 * What `git commit` would take now, from the top of the working tree: what differs in the index from HEAD, a renamed file under
 * both names; before the first commit everything in it. GIT_INDEX_FILE is obeyed, so that within a hook it is what this very
 * commit takes (`commit -a`, `commit -- FILE`). In a merge what comes whole from a merged commit is nobody's work here.
 */
export async function readStagedFiles(workdir: string, { env, timeoutMs }: GitQuestion): Promise<DirtyFiles> {
  const until = performance.now() + timeoutMs
  const ask = (args: readonly string[]) =>
    runGit(args, { cwd: workdir, env: withOwnPathspecs(env), timeoutMs: Math.max(1, until - performance.now()) })
  const differing = async (commit: string): Promise<Set<string> | number | undefined> => {
    const end = await ask([...DIFFERENCES, commit, '--'])
    if (end.kind !== 'exited') return undefined
    return end.code === 0 ? namesIn(end.stdout) : end.code
  }
  const fromHead = await differing('HEAD')
  if (fromHead === undefined) return { files: [], unknown: true }
  if (typeof fromHead === 'number') {
    // There is no commit yet, or no repository.
    const all = await ask(['ls-files', '--cached', '-z', '--full-name', '--', ':/'])
    if (all.kind === 'exited' && all.code === 0) return { files: [...namesIn(all.stdout)], unknown: false }
    return { files: [], unknown: all.kind !== 'exited' }
  }
  let files = [...fromHead]
  for (const commit of mergedCommits(workdir, env)) {
    const fromMerged = await differing(commit)
    if (fromMerged === undefined || typeof fromMerged === 'number') continue
    files = files.filter((path) => fromMerged.has(path))
  }
  return { files, unknown: false }
}

/** Plumbing, so that no setting of somebody's changes the answer; no file of the working tree is looked at. */
const DIFFERENCES = [
  ...['diff-index', '--cached', '--name-only', '-z', '--no-renames'],
  ...['--ita-invisible-in-index', '--ignore-submodules=dirty'],
]

function namesIn(listing: string): Set<string> {
  return new Set(listing.split('\0').filter((name) => name !== ''))
}

function mergedCommits(workdir: string, env: GitQuestion['env']): string[] {
  try {
    const layout = findGitLayout(realWorkdir(workdir), env)
    if (!isLayout(layout)) return []
    const merged = readSmallFile(join(layout.gitDir, 'MERGE_HEAD'), MERGED_BYTES)
    const lines = merged.kind === 'text' ? merged.text.split('\n') : []
    return lines.filter((line) => /^[0-9a-f]{40,64}$/.test(line)).slice(0, MOST_MERGED)
  } catch {
    return []
  }
}
