import * as Args from '@oclif/core/args'
import type { InboxThreadOutput } from '@rally/core/model/outputs/inbox-thread'
import { readThread } from '@rally/core/usecases/inbox/read-sent'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { idsFlag, roomFlags } from '../../flags.js'
import { renderTraced, tracedJson } from '../../views/inbox/traced.js'

export default class InboxThread extends RallyCommand {
  static override summary = 'Show a message with what it answers and all that was answered to it.'
  static override examples = ['<%= config.bin %> <%= command.id %> 18', '<%= config.bin %> <%= command.id %> 18 --json']
  static override args = {
    id: Args.string({ ignoreStdin: true, description: 'Number or id of a message of it.', required: true }),
  }
  static override flags = { ...roomFlags, ...idsFlag }

  protected async execute(): Promise<Outcome> {
    const { args, flags } = await this.parse(InboxThread)
    const ctx = await this.rally.room(flags)
    const thread = await readThread(ctx, args.id)
    const json: InboxThreadOutput = { app_slug: ctx.channel.app, messages: thread.map(tracedJson) }
    const now = ctx.clock.now()
    return { json, text: (terminal) => renderTraced(thread, { ...terminal, now, ids: flags.ids, senders: true }) }
  }
}
