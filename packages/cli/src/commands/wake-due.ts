import * as Flags from '@oclif/core/flags'
import type { WakeDueOutput } from '@rally/core/model/outputs/wake-due'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import { type DueWake, findDueWakes } from '@rally/core/usecases/standby/find-due-wakes'
import { type Outcome, RallyCommand } from '../base-command.js'
import { sessionFlags } from '../flags.js'
import { quotePeer } from '../views/text/lines.js'

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
    const json: WakeDueOutput = {
      command: 'wake-due',
      product: 'agent_rally',
      schema: 'agent-rally.command.wake-due.v1',
      data: { 'wake-due': { due } },
    }
    return { json, text: () => render(due) }
  }
}

function render(due: readonly DueWake[]): string {
  if (due.length === 0) return 'nothing is due'
  return due
    .flatMap(({ owner, reason, wake_after, suggested_command }) => [
      `${cleanLine(owner)} waits since ${cleanLine(wake_after)}: ${quotePeer(reason)}`,
      `  ${cleanLine(suggested_command)}`,
    ])
    .join('\n')
}
