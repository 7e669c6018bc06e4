import * as Flags from '@oclif/core/flags'
import { findStatusPointer } from '@rally/core/usecases/status/read-status-pointer'
import { type Outcome, RallyCommand } from '../base-command.js'
import { sessionFlags } from '../flags.js'
import { toJson, toText } from '../views/status/status-read.js'

export default class StatusRead extends RallyCommand {
  static override summary = "Find the run's status document: the newest pointer that was posted."
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --tool codex --json',
  ]
  static override flags = {
    ...sessionFlags,
    tool: Flags.string({ summary: 'Only pointers of this tool.', helpValue: 'TOOL' }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(StatusRead)
    const ctx = await this.rally.room(flags)
    const found = await findStatusPointer(ctx, { tool: flags.tool })
    return { json: toJson(found, ctx.channel.app), text: () => toText(found) }
  }
}
