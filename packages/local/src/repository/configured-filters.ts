import { isAbsolute, join } from 'node:path'
import type { GitLayout } from '../discovery/git-layout.js'
import { findProgram } from '../system/find-program.js'
import { readSmallFile } from '../system/small-file.js'
import type { Env } from '../system/user-dirs.js'

/** Distributions install git here, and built for it (`prefix=/usr`) its system-wide configuration is this file. */
const SYSTEM_GIT = '/usr/bin/git'
const SYSTEM_CONFIG = '/etc/gitconfig'
/** Variables that add configuration or say where it is. */
const ELSEWHERE = ['GIT_CONFIG', 'GIT_CONFIG_COUNT', 'GIT_CONFIG_GLOBAL', 'GIT_CONFIG_PARAMETERS', 'GIT_CONFIG_SYSTEM']
const LARGEST = 64 * 1024
/** A line on which a section may begin that names programs, or more files. No header spans lines or hides a letter of such a word. */
const OF_INTEREST = /\[.*(?:filter|hook|include)/is
const PLAIN_FILTER = /^\s*\[filter "([\w-]+)"\]\s*$/

/**
 * Names of the filters that git's configuration may define, found by reading its files, which saves a process; rather too many
 * than too few. Undefined where only git can tell: another git than the system's, configuration by variables, includes, hooks,
 * a filter that is not written in the usual way, a file that cannot be read.
 */
export function readConfiguredFilters({ gitDir, commonDir }: GitLayout, env: Env): string[] | undefined {
  const { HOME: home = '', XDG_CONFIG_HOME: xdg } = env
  const userConfig = xdg ? xdg : join(home, '.config')
  if (ELSEWHERE.some((name) => env[name] !== undefined) || !isAbsolute(home) || !isAbsolute(userConfig))
    return undefined
  if (process.platform !== 'linux' || findProgram('git', env) !== SYSTEM_GIT) return undefined
  const files = new Set([
    ...[SYSTEM_CONFIG, join(userConfig, 'git/config'), join(home, '.gitconfig'), join(commonDir, 'config')],
    ...[join(commonDir, 'config.worktree'), join(gitDir, 'config.worktree')],
  ])
  const names: string[] = []
  for (const file of files) {
    const found = filtersOf(file)
    if (found === undefined) return undefined
    names.push(...found)
  }
  return names
}

function filtersOf(path: string): string[] | undefined {
  const file = readOrNothing(path)
  if (file.kind === 'absent') return []
  if (file.kind === 'unusable') return undefined
  const names: string[] = []
  for (const line of file.text.split('\n')) {
    if (!OF_INTEREST.test(line)) continue
    const name = PLAIN_FILTER.exec(line)?.[1]
    if (name === undefined) return undefined
    names.push(name)
  }
  return names
}

function readOrNothing(path: string): ReturnType<typeof readSmallFile> {
  try {
    return readSmallFile(path, LARGEST)
  } catch {
    return { kind: 'unusable' }
  }
}
