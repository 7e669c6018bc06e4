import type { Channel } from '../../model/channel.js'
import type { ChannelDiscovery } from '../../ports/channel-discovery.js'

/**
 * The room of a working directory (protocol section 1). Creates nothing. Throws RallyError NOT_A_REPOSITORY,
 * WORKDIR_MISSING, CHANNEL_ESCAPES, CHANNEL_UNUSABLE, CHANNEL_UNAVAILABLE.
 */
export async function resolveChannel(discovery: ChannelDiscovery, workdir: string): Promise<Channel> {
  return discovery.resolve(workdir)
}
