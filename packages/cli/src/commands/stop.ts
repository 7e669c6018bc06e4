import * as Flags from '@oclif/core/flags'
import type { StopOutput } from '@rally/core/model/outputs/stop'
import { leaveRoom } from '@rally/core/usecases/presence/leave-room'
import { type Outcome, RallyCommand } from '../base-command.js'
import { sessionFlags } from '../flags.js'

export default class Stop extends RallyCommand {
  static override summary = 'Leave the room.'
  static override description = 'Removes the presence of exactly one session and gives up what it holds.'
  static override examples = ['<%= config.bin %> <%= command.id %> --reason "page done"']
  static override flags = {
    ...sessionFlags,
    reason: Flags.string({ summary: 'Why, for the log, where something is given up.', helpValue: 'TEXT' }),
    'keep-claims': Flags.boolean({
      summary: 'Keep the leadership lease until it runs out; claims of files end all the same.',
    }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(Stop)
    const ctx = await this.rally.session(flags)
    const keepClaims = flags['keep-claims'] ?? false
    const { removed, released } = await leaveRoom(ctx, { reason: flags.reason, keepClaims })
    const json: StopOutput = {
      action: 'presence-stopped',
      app_slug: ctx.channel.app,
      session_id: ctx.session.sessionId,
      resolved_via: ctx.channel.resolvedVia,
      presence_removed: removed === null ? [] : [removed],
      claims_released: [...released],
      claims_kept: keepClaims,
    }
    return { json, text: () => describe(json) }
  }
}

function describe({ session_id: id, app_slug: app, presence_removed, claims_released }: StopOutput): string {
  const left = presence_removed.length > 0 ? `${id} has left ${app}` : `${id} was not in ${app}`
  return claims_released.length > 0 ? `${left}; gave up: ${claims_released.join(', ')}` : left
}
