import * as Flags from '@oclif/core/flags'
import type { PluginOutcome, RallyApi } from '@rally/core/plugin-api/rally-api'
import { PluginCommand, parseCsv, sessionFlags, toRequest } from '@rally/plugin-kit/commands'
import { withRunId } from '../../command-line/speak-for-run.js'
import type { RallyOutput } from '../../outputs/buildloop-rally.js'

const CHECKPOINT =
  'Peer should run rally status for this workdir and confirm that this active presence plus handoff revision are visible.'

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
    const { sessionId, tool, runId } = ctx.session
    const ownership = {
      owns,
      does_not_own: doesNotOwn,
      interface_contract:
        flags['interface-contract'] ??
        `${tool} is publishing coordination presence only; ownership is defined by the owns / does_not_own packet.`,
      integration_checkpoint: flags['integration-checkpoint'] ?? CHECKPOINT,
      allowed_tools: [],
      denied_tools: [],
    }
    // Before anything is written: a word that names nobody announces nothing.
    const told = flags.to === 'peer' ? undefined : await api.usecases.address(ctx, flags.to, { unseen: flags.unseen })
    const before = await ctx.transport.log.revision()
    await api.usecases.announcePresence(ctx, { phase: flags.phase, filesInFlight: owns })
    const details = {
      from: tool,
      step: 'agent-rally-point',
      verdict: 'INFO',
      summary: flags.message,
      coord_file: flags['coord-file'] ?? null,
      action: 'rally-point',
    }
    const result = await api.usecases.handOff(ctx, {
      to: told?.to ?? flags.to,
      toSessionId: told?.toSessionId,
      ownership,
      details,
      requiresAck: false,
    })
    if (!result.accepted) throw api.error('HANDOFF_INCOMPLETE', { fields: result.missingOrInvalid.join(', ') })
    if (result.sent.failure) throw result.sent.failure
    const { revision, eventId } = result.sent
    const verify = flags.verify ? await readBack(ctx, { before, eventId }) : undefined
    const json: RallyOutput = {
      schema_version: '1.0',
      action: 'rally-point-posted',
      workdir: ctx.workdir,
      app_slug: ctx.channel.app,
      channel_dir: ctx.channel.dir,
      resolved_via: ctx.channel.resolvedVia,
      channel_revision: revision,
      session_id: sessionId,
      run_id: runId,
      phase: flags.phase,
      presence_written: true,
      ownership,
      posted: verify?.posted ?? true,
      errors: [],
      ...(verify === undefined ? {} : { verify }),
    }
    const text = `${sessionId} (${tool}) owns ${owns.join(', ') || 'nothing'} (revision ${revision})`
    const lost = verify?.posted === false
    return {
      json,
      text,
      ...(lost ? { error: api.error('NOT_STORED', { reason: 'it cannot be read back' }) } : {}),
    }
  }
}

type Room = Awaited<ReturnType<RallyApi['session']>>

/** How many records others may write in between. */
const LOOK_BACK = 200

async function readBack(
  { transport: { log } }: Room,
  { before, eventId }: { before: number; eventId: string | null },
): Promise<NonNullable<RallyOutput['verify']>> {
  const [after, records] = await Promise.all([log.revision(), log.latest(LOOK_BACK)])
  const matching = records.filter((record) => record.event_id === eventId).length
  return {
    posted: matching > 0 && after > before,
    before_revision: before,
    after_revision: after,
    matching_record_count: matching,
  }
}
