import { sessionNames, shownId } from '@rally/core/rules/roster/shown-names'
import type { RoomContext } from '@rally/core/usecases/context'
import { type LeadReport, readLead } from '@rally/core/usecases/lead/read-lead'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { sessionFlags } from '../../flags.js'
import { toJson, toText } from '../../views/lead/lead-status.js'

export default class LeadStatus extends RallyCommand {
  static override summary = 'Say who leads the room, and until when.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']
  static override flags = { ...sessionFlags }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(LeadStatus)
    const ctx = await this.rally.room(flags)
    const report = await readLead(ctx)
    const name = await nameOfHolder(ctx, report)
    return { json: toJson(report, { app: ctx.channel.app, name }), text: () => toText(report, name) }
  }
}

/** What the session in the seat is called; null for an empty one. */
async function nameOfHolder({ transport }: RoomContext, { seat }: LeadReport): Promise<string | null> {
  if (seat.state === 'empty') return null
  return sessionNames(await transport.sessions.list()).get(seat.sessionId) ?? shownId(seat.sessionId)
}
