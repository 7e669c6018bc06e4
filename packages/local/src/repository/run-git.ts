import { findGitLayout, type GitLayout, isLayout } from '../discovery/git-layout.js'
import { realWorkdir } from '../discovery/resolve-channel.js'
import { programEnv } from '../system/program-env.js'
import { type ProgramEnd, type ProgramLimits, runProgram } from '../system/run-program.js'
import { readConfiguredFilters } from './configured-filters.js'

/**
 * What keeps a repository's own configuration from naming a program that git runs: the command line wins over every file.
 * Lazy fetches (which would start a transport's program) are off by environment in new versions of git and by the allowed
 * protocols, of which there are none, in all; the environment wins over `protocol.*.allow` of a file.
 */
const SETTINGS = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'protocol.allow=never',
  'safe.bareRepository=explicit',
].flatMap((setting) => ['-c', setting])
const SURROUNDINGS = {
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
}

/** Commands that look at or write files of the working tree or references, and so could run a filter or a configured hook. */
const TOUCHES_FILES = new Set(['status', 'ls-files', 'worktree', 'read-tree', 'branch'])
const LIST_PROGRAMS = ['config', '--null', '--name-only', '--get-regexp', '^(filter|hook)\\.']
/**
 * New versions of git know hooks that a configuration names; no folder of hooks keeps them out. What the listing found is switched
 * off by name, these events altogether: a file that is included only in a worktree that git is just making is in no listing.
 */
const EVENTS = ['post-checkout', 'post-index-change', 'reference-transaction'].flatMap((event) => [
  '-c',
  `hook.${event}.enabled=false`,
])

/** How git ended in a folder that is in no repository. */
const NO_REPOSITORY = { kind: 'exited', code: 128, stdout: '' } as const

/**
 * The one way in which rally calls git: nothing that a repository names is started by it, whoever made the repository and
 * wherever its configuration comes from (an archive, a submodule, an included file). A bare folder that nobody named by
 * GIT_DIR counts as no repository, in every version of git. Files under a filter are compared as they are: a touched one
 * counts as changed.
 *
 * As `runProgram`: bounded by `timeoutMs` (a listing of filters counts for itself), never throws.
 */
export async function runGit(args: readonly string[], limits: ProgramLimits): Promise<ProgramEnd> {
  const place = placeOf(limits)
  if (place === 'outside') return NO_REPOSITORY
  const call = (settings: readonly string[], command: readonly string[]) =>
    runProgram('git', [...SETTINGS, ...settings, ...command], { ...limits, env: gitEnv(limits.env) })
  if (!TOUCHES_FILES.has(args[0] ?? '')) return call([], args)
  let names = readNames(place, limits.env)
  if (names === undefined) {
    const listed = await call([], LIST_PROGRAMS)
    if (listed.kind !== 'exited' || listed.code > 1) return listed
    names = namesIn(listed.stdout)
  }
  const without = withoutPrograms(names)
  return without ? call(without, args) : { kind: 'failed', reason: UNNAMEABLE }
}

/**
 * The same for a caller that holds a lock and must not let go of it: waits for git. Answers its exit code (null: it did not
 * run) and what it complained about.
 */
export function runGitNow(
  args: readonly string[],
  { cwd, env }: Pick<ProgramLimits, 'cwd' | 'env'>,
): { code: number | null; stderr: string } {
  const place = placeOf({ cwd, env })
  if (place === 'outside') return { code: NO_REPOSITORY.code, stderr: 'not a git repository' }
  // Loaded when it is needed: it costs more than most commands do in all.
  const { spawnSync } = process.getBuiltinModule('node:child_process')
  const call = (settings: readonly string[], command: readonly string[]) => {
    const child = spawnSync('git', [...SETTINGS, ...settings, ...command], {
      cwd,
      env: gitEnv(env),
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
    })
    return { code: child.status, stdout: child.stdout ?? '', stderr: child.stderr || child.error?.message || '' }
  }
  let names = readNames(place, env)
  if (names === undefined) {
    const listed = call([], LIST_PROGRAMS)
    if (listed.code === null || listed.code > 1) return listed
    names = namesIn(listed.stdout)
  }
  const without = withoutPrograms(names)
  return without ? call(without, args) : { code: null, stderr: UNNAMEABLE }
}

function gitEnv(env: ProgramLimits['env']): ProgramLimits['env'] {
  return { ...programEnv(env), ...SURROUNDINGS }
}

const UNNAMEABLE = "the name of a filter or a hook in git's configuration holds ="

/** What the keys of a listing belong to: `filter.NAME`, `hook.NAME`. */
function namesIn(listing: string): string[] {
  const keys = listing.split('\0').filter((key) => key !== '')
  const names = new Set(keys.map((key) => key.slice(0, key.lastIndexOf('.'))))
  // A key without a name of its own (`filter.clean`, `hook.jobs`) belongs to none.
  names.delete('filter')
  names.delete('hook')
  return [...names]
}

/** Settings that empty every filter and switch off every hook; undefined when one cannot be named on a command line. */
function withoutPrograms(names: readonly string[]): string[] | undefined {
  if (names.some((name) => name.includes('='))) return undefined
  const off = names.flatMap((name) =>
    (name.startsWith('hook.') ? ['enabled=false'] : ['clean=', 'smudge=', 'process=', 'required=false']).flatMap(
      (setting) => ['-c', `${name}.${setting}`],
    ),
  )
  return [...EVENTS, ...off]
}

/** Only where rally may look by itself: for other folders git's own word counts. */
function placeOf({ cwd, env }: Pick<ProgramLimits, 'cwd' | 'env'>): GitLayout | 'outside' | 'unknown' {
  try {
    const found = findGitLayout(realWorkdir(cwd), env)
    return isLayout(found) ? found : 'outside'
  } catch {
    return 'unknown'
  }
}

/** The same names, where the files say them plainly. */
function readNames(place: GitLayout | 'unknown', env: ProgramLimits['env']): string[] | undefined {
  const names = place === 'unknown' ? undefined : readConfiguredFilters(place, env)
  return names?.map((name) => `filter.${name}`)
}
