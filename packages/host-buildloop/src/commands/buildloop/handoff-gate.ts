import * as Flags from '@oclif/core/flags'
import type { PluginOutcome, RallyApi } from '@rally/core/plugin-api/rally-api'
import { PluginCommand, parseCsv } from '@rally/plugin-kit/commands'
import type { HandoffGateOutput } from '../../outputs/buildloop-handoff-gate.js'
import { isObject } from '../../run/state-file.js'

export default class HandoffGate extends PluginCommand {
  static override summary = 'Say whether a handoff would be accepted, without posting it.'
  static override description =
    'Takes either the payload as JSON or the parts of its contract. A handoff that leaves something open exits 5 and names each field.'
  static override examples = [
    `<%= config.bin %> <%= command.id %> --payload-json '{"ownership":{"owns":["a.js"],"does_not_own":[],"allowed_tools":[],"denied_tools":[],"interface_contract":"f(x) is pure","integration_checkpoint":"npm test"}}'`,
  ]
  static override flags = {
    'payload-json': Flags.string({ summary: 'The whole payload.', helpValue: 'JSON' }),
    owns: Flags.string({ summary: 'What is handed over, separated by commas.', helpValue: 'PATHS' }),
    'does-not-own': Flags.string({ summary: 'What is not, separated by commas.', helpValue: 'PATHS' }),
    'interface-contract': Flags.string({ summary: 'What the parts promise each other.', helpValue: 'TEXT' }),
    'integration-checkpoint': Flags.string({ summary: 'When and how it comes together.', helpValue: 'TEXT' }),
    'allowed-tools': Flags.string({ summary: 'Tools that may be used, separated by commas.', helpValue: 'TOOLS' }),
    'denied-tools': Flags.string({ summary: 'Tools that may not, separated by commas.', helpValue: 'TOOLS' }),
  }

  protected async execute(api: RallyApi): Promise<PluginOutcome> {
    const { flags } = await this.parse(HandoffGate)
    const json = flags['payload-json']
    const payload = json === undefined ? payloadOf(flags) : parsePayload(api, json)
    const verdict = api.rules.checkHandoff(payload)
    if (verdict.ok) {
      const output: HandoffGateOutput = { accepted: true, reason: null, missing_or_invalid: [] }
      return { json: output, text: 'the handoff is complete' }
    }
    const { reason, missingOrInvalid } = verdict
    const output: HandoffGateOutput = { accepted: false, reason, missing_or_invalid: [...missingOrInvalid] }
    const error = api.error('HANDOFF_INCOMPLETE', { fields: missingOrInvalid.join(', '), reason })
    return { json: output, text: missingOrInvalid.map((field) => `missing: ${field}`).join('\n'), error }
  }
}

function payloadOf(flags: Readonly<Record<string, unknown>>): unknown {
  const text = (name: string) => (typeof flags[name] === 'string' ? flags[name] : '')
  const ownership = {
    owns: parseCsv(text('owns')),
    does_not_own: parseCsv(text('does-not-own')),
    interface_contract: text('interface-contract'),
    integration_checkpoint: text('integration-checkpoint'),
    allowed_tools: parseCsv(text('allowed-tools')),
    denied_tools: parseCsv(text('denied-tools')),
  }
  return { ownership }
}

function parsePayload(api: RallyApi, source: string): unknown {
  try {
    const payload: unknown = JSON.parse(source)
    if (isObject(payload)) return payload
  } catch {}
  throw api.error('USAGE', { message: '--payload-json is not a JSON object' })
}
