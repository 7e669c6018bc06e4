import { isRallyError, RallyError } from '@rally/core/errors'
import type { ChannelDiscovery } from '@rally/core/ports/channel-discovery'

/** Top of the working tree that holds the folder; undefined outside of a repository. Throws WORKDIR_MISSING. */
export async function findRepoRoot(discovery: ChannelDiscovery, workdir: string): Promise<string | undefined> {
  try {
    const channel = await discovery.resolve(workdir, { evenUnavailable: true })
    return channel.worktree ?? channel.repoRoot ?? undefined
  } catch (error) {
    if (isRallyError(error) && error.code !== 'WORKDIR_MISSING') return undefined
    throw error
  }
}

/** The same for a command that makes no sense elsewhere. Throws NOT_A_REPOSITORY. */
export async function needRepoRoot(discovery: ChannelDiscovery, workdir: string): Promise<string> {
  const root = await findRepoRoot(discovery, workdir)
  if (root === undefined) throw new RallyError('NOT_A_REPOSITORY', { workdir })
  return root
}
