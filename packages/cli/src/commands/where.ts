import type { Channel } from '@rally/core/model/channel'
import type { WhereOutput } from '@rally/core/model/outputs/where'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import { type Outcome, RallyCommand } from '../base-command.js'
import { roomFlags } from '../flags.js'

export default class Where extends RallyCommand {
  static override summary = 'Print the folder of the room that this repository meets in.'
  static override description =
    'Main checkout, subfolders and all worktrees of a repository share one room. Asking creates nothing.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --workdir ../other-repository --json',
  ]
  static override flags = { ...roomFlags }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(Where)
    const channel = await this.rally.discovery.resolve(flags.workdir, { evenUnavailable: true })
    return { json: toOutput(channel), text: () => cleanLine(channel.dir) }
  }
}

function toOutput(channel: Channel): WhereOutput {
  return {
    app_slug: channel.app,
    channel_dir: channel.dir,
    channel_layout: channel.channelLayout,
    legacy_channel_dir: channel.legacyChannelDir,
    policy: channel.policy,
    protocol_version: channel.protocolVersion,
    resolved_via: channel.resolvedVia,
    resolved_via_detail: channel.resolvedViaDetail,
    ...(channel.coordinationUnavailable === undefined
      ? {}
      : { coordination_unavailable: channel.coordinationUnavailable }),
    worktree: channel.worktree,
    repo_root: channel.repoRoot,
  }
}
