import * as Flags from '@oclif/core/flags'
import type { PluginOutcome, RallyApi } from '@rally/core/plugin-api/rally-api'
import { PluginCommand } from '@rally/plugin-kit/commands'
import type { AgentPreambleOutput } from '../../outputs/buildloop-agent-preamble.js'

/** Expanded by the shell of the subagent. */
const RUN_FROM_ENVIRONMENT = '"$' + '{RALLY_POINT_RUN_ID:-$' + '{BUILD_LOOP_RUN_ID:-unknown}}"'

export default class AgentPreamble extends PluginCommand {
  static override summary = "Print the shell line that registers a subagent, for the top of the subagent's prompt."
  static override description = 'The line never fails and says nothing, whatever happens.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --agent-type coder --task "price rules" --parent loop-1',
  ]
  static override flags = {
    'agent-type': Flags.string({ summary: 'What kind of subagent it is.', helpValue: 'TYPE', required: true }),
    task: Flags.string({ summary: 'What it works on.', helpValue: 'TEXT', required: true }),
    parent: Flags.string({ summary: 'Session that starts it.', helpValue: 'ID', required: true }),
    'run-id': Flags.string({ summary: 'Run it belongs to; without it what its environment says.', helpValue: 'ID' }),
  }

  protected async execute(_api: RallyApi): Promise<PluginOutcome> {
    const { flags } = await this.parse(AgentPreamble)
    const run = flags['run-id'] === undefined ? RUN_FROM_ENVIRONMENT : quote(flags['run-id'])
    // With `=`, a value that begins with a dash is a value, too.
    const values = `--agent-type=${quote(flags['agent-type'])} --task=${quote(flags.task)} --parent=${quote(flags.parent)}`
    const line = `rally buildloop register ${values} --run-id=${run} >/dev/null 2>&1 || true`
    const json: AgentPreambleOutput = { action: 'agent-preamble', line }
    return { json, text: line }
  }
}

/** One word for a POSIX shell: nothing in it is expanded, and it stays one line. */
function quote(value: string): string {
  return `'${value.replace(/\s+/g, ' ').replaceAll("'", `'\\''`)}'`
}
