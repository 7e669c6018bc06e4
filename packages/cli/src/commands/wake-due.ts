import * as Flags from '@oclif/core/flags'
import { findDueWakes } from '@rally/core/usecases/standby/find-due-wakes'
import { type Outcome, RallyCommand } from '../base-command.js'
import { sessionFlags } from '../flags.js'
import { toJson, toText } from '../views/standby/wake-due.js'

export default class WakeDue extends RallyCommand {
  static override summary = 'List standbys whose time has come.'
  static override description = 'Each with the command that ends it. The JSON keeps the form that its readers know.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --tool codex --json',
  ]
  static override flags = {
    ...sessionFlags,
    tool: Flags.string({ summary: 'Only standbys of this tool.', helpValue: 'TOOL' }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(WakeDue)
    const ctx = await this.rally.room(flags)
    const due = await findDueWakes(ctx, { tool: flags.tool })
    return { json: toJson(due), text: () => toText(due) }
  }
}
