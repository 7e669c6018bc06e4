import fs from 'node:fs'
import type { RepositoryPort } from '@rally/core/ports/repository'
import { readSmallFile } from '../system/small-file.js'
import type { Env } from '../system/user-dirs.js'
import { readBranch } from './branch.js'
import { readChangedFiles, readDirtyFiles } from './dirty-files.js'
import type { GitQuestion } from './git-question.js'
import { readLastCommits } from './last-commits.js'
import { readStagedFiles } from './staged-files.js'
import { treeId } from './tree-id.js'
import { ignoresCase } from './worktree-path.js'

/** How long git may take, and its environment. */
export interface RepositoryOptions {
  readonly env: Env
  /** How long `git status` may take before the answer is "unknown"; milliseconds. */
  readonly dirtyTimeoutMs?: number
  /** How long git may take in all to say what a commit would take; milliseconds. */
  readonly commitTimeoutMs?: number
  /** How long one question about a branch may take; milliseconds (protocol section 13). */
  readonly branchTimeoutMs?: number
}

const DIRTY_TIMEOUT_MS = 2000
const BRANCH_TIMEOUT_MS = 500
/** A commit waits for it (a line in the pre-commit hook ends within three seconds). */
const COMMIT_TIMEOUT_MS = 2500
const TEXT_BYTES = 1024 * 1024

/** Facts about a checkout, as far as possible from files; git runs where only git knows, for a bounded time. */
export function createRepository({
  env,
  dirtyTimeoutMs = DIRTY_TIMEOUT_MS,
  branchTimeoutMs = BRANCH_TIMEOUT_MS,
  commitTimeoutMs = COMMIT_TIMEOUT_MS,
}: RepositoryOptions): RepositoryPort {
  let end: number | undefined
  /** What is left of the time for a commit, which begins with the first question. */
  const left = (): GitQuestion => {
    end ??= performance.now() + commitTimeoutMs
    return { env, timeoutMs: Math.max(1, end - performance.now()) }
  }
  return Object.freeze({
    filesToCommit: (workdir, { staged }) =>
      staged ? readStagedFiles(workdir, left()) : readChangedFiles(workdir, left()),
    lastCommits: (workdir, query) => readLastCommits(workdir, query, left()),
    treeFacts: async (worktree) => ({ id: treeId(worktree), caseInsensitive: ignoresCase(worktree) }),
    dirtyFiles: (workdir) => readDirtyFiles(workdir, { env, timeoutMs: dirtyTimeoutMs }),
    branch: (workdir) => readBranch(workdir, { env, timeoutMs: branchTimeoutMs }),
    async readText(path) {
      try {
        const file = readSmallFile(path, TEXT_BYTES)
        return file.kind === 'text' ? file.text : undefined
      } catch {
        return undefined
      }
    },
    isFolder: async (path) => {
      try {
        return fs.statSync(path).isDirectory()
      } catch {
        return false
      }
    },
  } satisfies RepositoryPort)
}
