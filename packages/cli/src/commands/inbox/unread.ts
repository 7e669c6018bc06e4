import type { InboxUnreadOutput } from '@rally/core/model/outputs/inbox-unread'
import { countUnread } from '@rally/core/usecases/inbox/read-inbox'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { sessionFlags } from '../../flags.js'
import { findReader } from '../../inbox-reader.js'
import { plural } from '../../views/text/lines.js'
import { candidatesJson, youLine } from '../../views/text/who.js'

export default class InboxUnread extends RallyCommand {
  static override summary = 'Count the messages that this session has not acknowledged.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --tool codex --json',
  ]
  static override flags = { ...sessionFlags }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(InboxUnread)
    const { ctx, reader, candidates } = await findReader(this.rally, flags)
    const { direct, broadcast, total } = await countUnread(ctx, reader)
    const json: InboxUnreadOutput = {
      app_slug: ctx.channel.app,
      tool: reader.tool,
      session_candidates: candidatesJson(candidates),
      direct_unread_count: direct,
      broadcast_unread_count: broadcast,
      unread_count: total,
    }
    return {
      json,
      text: () =>
        `${youLine(candidates)}${plural(total, 'unread message')}: ${direct} direct, ${broadcast} for everybody`,
    }
  }
}
