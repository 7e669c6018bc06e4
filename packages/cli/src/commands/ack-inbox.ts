import * as Flags from '@oclif/core/flags'
import type { AckInboxOutput } from '@rally/core/model/outputs/ack-inbox'
import { ackInbox } from '@rally/core/usecases/inbox/ack-inbox'
import { type Outcome, RallyCommand } from '../base-command.js'
import { sessionFlags } from '../flags.js'
import { plural } from '../views/text/lines.js'

export default class AckInbox extends RallyCommand {
  static override summary = 'Acknowledge the messages of this session.'
  static override description = 'Messages stay where they are; only the position of this session moves.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --no-broadcast',
  ]
  static override flags = {
    ...sessionFlags,
    'no-broadcast': Flags.boolean({ summary: 'Leave messages to everybody as they are.' }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(AckInbox)
    const ctx = await this.rally.session(flags)
    const acknowledged = await ackInbox(ctx, { broadcast: !flags['no-broadcast'] })
    const json: AckInboxOutput = {
      action: 'inbox-ack-written',
      app_slug: ctx.channel.app,
      session_id: ctx.session.sessionId,
      tool: acknowledged.tool,
      ack_path: acknowledged.path,
      direct_line_count: acknowledged.directCount,
      broadcast_line_count: acknowledged.broadcastCount,
    }
    const direct = `${plural(json.direct_line_count, 'message')} to ${json.tool}`
    const toAll = flags['no-broadcast'] ? '' : `, ${plural(json.broadcast_line_count, 'message')} to everybody`
    const text = () => `all acknowledged: ${direct}${toAll}`
    return { json, text }
  }
}
