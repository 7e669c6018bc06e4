import { realpathSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { RallyError, reasonOf } from '@rally/core/errors'
import type { Channel } from '@rally/core/model/channel'
import { errorCode } from '../system/small-file.js'
import type { Env } from '../system/user-dirs.js'
import { appsRootOf } from './apps-root.js'
import { findGitLayout, type GitLayout, isLayout, type NoRepository } from './git-layout.js'
import { placeChannel } from './place-channel.js'
import { slugOf } from './slug.js'

export interface ResolveOptions {
  /** `apps_root` of the user's configuration file; the environment wins. */
  readonly appsRoot?: string | undefined
}

/** What the embedded resolver says of itself; readers of the Python system switch on these words (protocol section 1). */
export const EMBEDDED = {
  resolvedVia: 'build-loop-internal',
  resolvedViaDetail: 'build-loop-internal',
  channelLayout: 'legacy',
  policy: 'legacy-only',
  protocolVersion: '1.0',
} as const

/**
 * The room of a working directory by looking at files only: no process, no native addon, nothing created. Hooks use it.
 * @throws RallyError NOT_A_REPOSITORY, WORKDIR_MISSING, CHANNEL_ESCAPES, CHANNEL_UNUSABLE
 */
export function resolveChannelSync(workdir: string, env: Env, options: ResolveOptions = {}): Channel {
  const start = realWorkdir(workdir)
  let found: GitLayout | NoRepository
  try {
    found = findGitLayout(start, env)
  } catch (error) {
    throw new RallyError('NOT_A_REPOSITORY', { workdir, reason: reasonOf(error) }, { cause: error })
  }
  return channelOf(requireLayout(found, workdir), env, options)
}

/**
 * The existing real folder that is meant; for a file, the folder that holds it.
 * @throws RallyError WORKDIR_MISSING
 */
export function realWorkdir(workdir: string): string {
  try {
    const real = realpathSync.native(resolve(workdir))
    return statSync(real).isDirectory() ? real : dirname(real)
  } catch (error) {
    const reason = errorCode(error) === 'ENOENT' ? undefined : reasonOf(error)
    throw new RallyError('WORKDIR_MISSING', { workdir, ...(reason && { reason }) }, { cause: error })
  }
}

/** @throws RallyError NOT_A_REPOSITORY */
export function requireLayout(found: GitLayout | NoRepository, workdir: string): GitLayout {
  if (isLayout(found)) return found
  throw new RallyError('NOT_A_REPOSITORY', { workdir, ...(found.reason && { reason: found.reason }) })
}

/** The room of a repository whose git folders are known. */
export function channelOf(layout: GitLayout, env: Env, options: ResolveOptions = {}): Channel {
  const repoRoot = dirname(layout.commonDir)
  const appsRoot = appsRootOf(env, options.appsRoot)
  const { app, dir } = placeChannel(appsRoot, slugOf(repoRoot), layout.commonDir)
  const { worktree, commonDir } = layout
  return { app, dir, appsRoot, repoRoot, worktree, commonDir, ...EMBEDDED, legacyChannelDir: dir }
}
