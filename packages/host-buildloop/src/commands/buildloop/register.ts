import { randomBytes } from 'node:crypto'
import * as Flags from '@oclif/core/flags'
import type { PluginOutcome, RallyApi } from '@rally/core/plugin-api/rally-api'
import { PluginCommand, roomFlags } from '@rally/plugin-kit/commands'
import { toJson, toText } from '../../views/register.js'

export default class Register extends PluginCommand {
  static override summary = 'Announce a subagent under the session that started it; prints its session id.'
  static override description =
    `The first thing a subagent does. What is not given comes from RALLY_PARENT_SESSION, RALLY_POINT_RUN_ID (or BUILD_LOOP_RUN_ID)
and RALLY_POINT_MODEL, which its parent sets for it; without a parent it is the session that is asking.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> --agent-type coder --task "price rules" --parent loop-1',
  ]
  static override flags = {
    ...roomFlags,
    'agent-type': Flags.string({ summary: 'What kind of subagent it is.', helpValue: 'TYPE', required: true }),
    task: Flags.string({ summary: 'What it works on; without it its type.', helpValue: 'TEXT' }),
    parent: Flags.string({ summary: 'Session that started it.', helpValue: 'ID' }),
    'run-id': Flags.string({ summary: 'Run it belongs to.', helpValue: 'ID' }),
    model: Flags.string({ summary: 'Its model.' }),
    'session-id': Flags.string({ summary: 'Its session id, when it has one already.', helpValue: 'ID' }),
  }

  protected async execute(api: RallyApi): Promise<PluginOutcome> {
    const { flags } = await this.parse(Register)
    const type = flags['agent-type'].trim() || 'subagent'
    const { env } = process
    const ctx = await api.session({
      workdir: flags.workdir,
      sessionId: flags['session-id'] ?? childSessionId(type),
      tool: `agent:${type.replaceAll(' ', '-')}`,
      model: flags.model ?? (env.RALLY_POINT_MODEL || 'unknown'),
      runId: flags['run-id'] ?? (env.RALLY_POINT_RUN_ID || env.BUILD_LOOP_RUN_ID || 'unknown'),
      parent: flags.parent || env.RALLY_PARENT_SESSION || (await findAsking(api, flags.workdir)),
    })
    const json = toJson(await api.usecases.announcePresence(ctx, { phase: 'subagent', task: flags.task || type }))
    return { json, text: toText(json) }
  }
}

/** `agent:<type>-<12 hex>`: readable in a listing, not to be guessed (protocol section 12). */
function childSessionId(type: string): string {
  return `agent:${type.replace(/[_ ]/g, '-').toLowerCase()}-${randomBytes(6).toString('hex')}`
}

async function findAsking(api: RallyApi, workdir: string): Promise<string | undefined> {
  try {
    return (await api.session({ workdir })).session.sessionId
  } catch {
    // Nobody can be told: a subagent at the top is better than one that is not seen.
    return undefined
  }
}
