import type { Channel } from '@rally/core/model/channel'
import type { WhereOutput } from '@rally/core/model/outputs/where'
import { cleanLine } from '@rally/core/rules/text/peer-text'

export function toJson(channel: Channel): WhereOutput {
  const { coordinationUnavailable } = channel
  return {
    app_slug: channel.app,
    channel_dir: channel.dir,
    channel_layout: channel.channelLayout,
    legacy_channel_dir: channel.legacyChannelDir,
    policy: channel.policy,
    protocol_version: channel.protocolVersion,
    resolved_via: channel.resolvedVia,
    resolved_via_detail: channel.resolvedViaDetail,
    ...(coordinationUnavailable === undefined ? {} : { coordination_unavailable: coordinationUnavailable }),
    worktree: channel.worktree,
    repo_root: channel.repoRoot,
  }
}

export function toText({ dir }: Channel): string {
  return cleanLine(dir)
}
