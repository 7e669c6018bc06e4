import * as Flags from '@oclif/core/flags'
import type { PluginOutcome, RallyApi } from '@rally/core/plugin-api/rally-api'
import { PluginCommand, parseCsv, sessionFlags, toRequest } from '@rally/plugin-kit/commands'
import { withRunId } from '../../command-line/speak-for-run.js'
import { publishOwnership } from '../../publish-ownership.js'
import { toJson, toText } from '../../views/rally.js'

export default class Rally extends PluginCommand {
  static override aliases = ['buildloop:join']
  static override summary = 'Become visible with what you own, without a coordination file.'
  static override description =
    'Announces the session and what it owns and does not own. An announcement, not work to be taken: nobody has to settle it.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --session-id loop-1 --owns src/cart.js,src/prices.js --verify',
  ]
  static override flags = {
    ...sessionFlags,
    message: Flags.string({
      summary: 'A sentence for the peers.',
      helpValue: 'TEXT',
      default: 'Agent is present and ready to coordinate.',
    }),
    phase: Flags.string({ summary: 'Where the work stands, one word.', default: 'rally-point' }),
    to: Flags.string({
      summary: 'Who is told: a session, a tool, all, lead, a person; peer means everybody.',
      helpValue: 'WHO',
      default: 'peer',
    }),
    unseen: Flags.boolean({ summary: 'Deliver all the same where nothing here is called so.' }),
    owns: Flags.string({
      summary: 'File that is yours; repeat or separate by commas.',
      helpValue: 'PATHS',
      multiple: true,
      multipleNonGreedy: true,
    }),
    'does-not-own': Flags.string({
      summary: 'File that is not; repeat or separate by commas.',
      helpValue: 'PATHS',
      multiple: true,
      multipleNonGreedy: true,
    }),
    'interface-contract': Flags.string({ summary: 'What the parts promise each other.', helpValue: 'TEXT' }),
    'integration-checkpoint': Flags.string({ summary: 'When and how it comes together.', helpValue: 'TEXT' }),
    'coord-file': Flags.string({ summary: 'Coordination file that goes with it.', helpValue: 'PATH' }),
    verify: Flags.boolean({ summary: 'Look at the room again and say whether the record is there.' }),
  }

  protected async execute(api: RallyApi): Promise<PluginOutcome> {
    const { flags } = await this.parse(Rally)
    const owns = parseCsv(...(flags.owns ?? []))
    const doesNotOwn = parseCsv(...(flags['does-not-own'] ?? []))
    if (owns.length === 0 && doesNotOwn.length === 0)
      throw api.error('USAGE', { message: 'nothing is said about ownership', hint: 'pass --owns or --does-not-own' })
    const asking = await api.session(toRequest(flags))
    const ctx = withRunId(asking, `rally-${asking.session.sessionId}`)
    const published = await publishOwnership(api, ctx, {
      ...{ owns, doesNotOwn, phase: flags.phase, summary: flags.message, verify: flags.verify },
      to: flags.to === 'peer' ? undefined : flags.to,
      unseen: flags.unseen,
      interfaceContract: flags['interface-contract'],
      integrationCheckpoint: flags['integration-checkpoint'],
      coordinationFile: flags['coord-file'],
    })
    const json = toJson(published, ctx)
    const error = json.posted ? undefined : api.error('NOT_STORED', { reason: 'it cannot be read back' })
    return { json, text: toText(json, ctx), ...(error === undefined ? {} : { error }) }
  }
}
