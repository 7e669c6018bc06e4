import { isRallyError, RallyError } from '@rally/core/errors'
import type { ChannelDiscovery } from '@rally/core/ports/channel-discovery'

/** Top of the working tree that holds the folder; undefined outside of a repository. Throws WORKDIR_MISSING. */
export async function findRepoRoot(discovery: ChannelDiscovery, workdir: string): Promise<string | undefined> {
  try {
    return await topOf(discovery, workdir)
  } catch (error) {
    if (isRallyError(error) && error.code !== 'WORKDIR_MISSING') return undefined
    throw error
  }
}

/**
 * The same for a command that makes no sense elsewhere. Throws NOT_A_REPOSITORY, and what else kept the repository from being found:
 * a configuration that cannot be read, a room's folder that cannot be used.
 */
export async function needRepoRoot(discovery: ChannelDiscovery, workdir: string): Promise<string> {
  const root = await topOf(discovery, workdir)
  if (root === undefined) throw new RallyError('NOT_A_REPOSITORY', { workdir })
  return root
}

async function topOf(discovery: ChannelDiscovery, workdir: string): Promise<string | undefined> {
  const channel = await discovery.resolve(workdir, { evenUnavailable: true })
  return channel.worktree ?? channel.repoRoot ?? undefined
}
