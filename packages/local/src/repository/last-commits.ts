import type { CommitQuery } from '@rally/core/ports/repository'
import type { GitQuestion } from './git-question.js'
import { withOwnPathspecs } from './pathspecs.js'
import { runGit } from './run-git.js'

/** More files are not named on git's command line: then it tells of all. */
const MOST_NAMED = 500
/** In front of the time of a commit. */
const MARK = '\x01'

/**
 * When files (from the top of the working tree) were last committed on the branch, merges included, at or after `since`; epoch
 * seconds. Undefined when git does not answer, an empty map before the first commit.
 */
export async function readLastCommits(
  workdir: string,
  { paths, since }: CommitQuery,
  { env, timeoutMs }: GitQuestion,
): Promise<ReadonlyMap<string, number> | undefined> {
  const wanted = new Set(paths)
  if (wanted.size === 0) return new Map()
  // As seen from the top, wherever git is asked.
  const named = wanted.size > MOST_NAMED ? [] : [...wanted].map((path) => `:(top,literal)${path}`)
  const format = [
    '--first-parent',
    '-m',
    '--no-renames',
    '--name-only',
    '-z',
    '--no-show-signature',
    '--no-mailmap',
    '--no-follow',
  ]
  const end = await runGit(
    ['log', ...format, `--format=${MARK}%ct`, `--since=@${Math.floor(since)}`, 'HEAD', '--', ...named],
    { cwd: workdir, env: withOwnPathspecs(env), timeoutMs },
  )
  if (end.kind !== 'exited') return undefined
  return end.code === 0 ? parseCommits(end.stdout, wanted) : new Map()
}

/** Times and names, a NUL behind each; a line break in front of the first name of a commit. */
function parseCommits(listing: string, wanted: ReadonlySet<string>): Map<string, number> {
  const found = new Map<string, number>()
  let at = 0
  let isFirst = false
  for (const entry of listing.split('\0')) {
    const time = new RegExp(`^${MARK}(\\d+)$`).exec(entry)?.[1]
    if (time !== undefined && !wanted.has(entry)) {
      at = Number(time)
      isFirst = true
      continue
    }
    const name = isFirst ? entry.replace(/^\n/, '') : entry
    isFirst = false
    if (wanted.has(name) && at > (found.get(name) ?? 0)) found.set(name, at)
  }
  return found
}
