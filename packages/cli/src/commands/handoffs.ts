import * as Flags from '@oclif/core/flags'
import type { HandoffsOutput } from '@rally/core/model/outputs/handoffs'
import { listHandoffs } from '@rally/core/usecases/handoff/list-handoffs'
import { namesOfSessions } from '@rally/core/usecases/roster/names-of-authors'
import { type Outcome, RallyCommand } from '../base-command.js'
import { roomFlags } from '../flags.js'
import { handoffJson, renderHandoffs, sessionsOf } from '../views/handoff/handoffs.js'

export default class Handoffs extends RallyCommand {
  static override summary = 'List handoffs that are open or accepted, with the commands that act on them.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --all --json']
  static override flags = {
    ...roomFlags,
    all: Flags.boolean({ summary: 'Also those that are declined or done.' }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(Handoffs)
    const ctx = await this.rally.room(flags)
    const handoffs = await listHandoffs(ctx, { all: flags.all })
    const names = await namesOfSessions(ctx, sessionsOf(handoffs))
    const json: HandoffsOutput = { app_slug: ctx.channel.app, handoffs: handoffs.map(handoffJson) }
    const now = ctx.clock.now()
    return { json, text: (terminal) => renderHandoffs(handoffs, { ...terminal, names, now }) }
  }
}
