import * as Flags from '@oclif/core/flags'
import type { PluginOutcome, RallyApi } from '@rally/core/plugin-api/rally-api'
import { PluginCommand, roomFlags } from '@rally/plugin-kit/commands'
import type { DeregisterOutput } from '../../outputs/buildloop-deregister.js'

export default class Deregister extends PluginCommand {
  static override summary = 'Take a finished subagent out of the room. Repeating it does nothing.'
  static override examples = ['<%= config.bin %> <%= command.id %> --session-id agent:coder-0123456789ab']
  static override flags = {
    ...roomFlags,
    'session-id': Flags.string({ summary: 'Its session id, exactly.', helpValue: 'ID', required: true }),
  }

  protected async execute(api: RallyApi): Promise<PluginOutcome> {
    const { flags } = await this.parse(Deregister)
    const sessionId = flags['session-id']
    const ctx = await api.session({ workdir: flags.workdir, sessionId, tool: 'agent', parent: undefined })
    const { removed } = await api.usecases.leaveRoom(ctx, { reason: 'subagent finished' })
    const json: DeregisterOutput = {
      action: 'deregistered',
      app_slug: ctx.channel.app,
      session_id: sessionId,
      presence_removed: removed,
    }
    return { json, text: removed === null ? `${sessionId} was not here` : `${sessionId} left` }
  }
}
