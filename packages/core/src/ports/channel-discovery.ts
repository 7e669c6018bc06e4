import type { Channel } from '../model/channel.js'

/** How a channel is asked for. */
export interface ResolveOptions {
  /** Answers a channel that cannot be used, with `coordinationUnavailable`, instead of throwing CHANNEL_UNAVAILABLE. */
  readonly evenUnavailable?: boolean
}

/** Which room. */
export interface ChannelDiscovery {
  /**
   * The channel of a working directory. All subfolders and worktrees of one repository agree; two repositories never
   * share one. Creates nothing. Throws RallyError NOT_A_REPOSITORY, WORKDIR_MISSING, CHANNEL_ESCAPES, CHANNEL_UNUSABLE,
   * CHANNEL_UNAVAILABLE.
   */
  resolve(workdir: string, options?: ResolveOptions): Promise<Channel>
  /** Every channel under the apps root, sorted by app; unreadable folders are left out. */
  list(): Promise<readonly Channel[]>
}
