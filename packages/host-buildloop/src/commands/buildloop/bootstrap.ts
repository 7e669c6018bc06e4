import { join } from 'node:path'
import * as Flags from '@oclif/core/flags'
import type { PluginOutcome, RallyApi } from '@rally/core/plugin-api/rally-api'
import type { SessionContext } from '@rally/core/usecases/context'
import { PluginCommand, sessionFlags, toRequest } from '@rally/plugin-kit/commands'
import { type Bootstrapped, bootstrapCoordination } from '../../bootstrap-coordination.js'
import { withRunId } from '../../command-line/speak-for-run.js'
import type { BootstrapOutput } from '../../outputs/buildloop-bootstrap.js'

const JOINED = 'joined-existing-coord'

export default class Bootstrap extends PluginCommand {
  static override summary = 'Make the coordination file of a run, or join the one that is there.'
  static override description =
    'The file lies in .build-loop/coordination of the main checkout and becomes the one whose verdicts count. The loop that makes it announces that to the room; those that come later join.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --topic cart-1 --scope "totals and discounts" --session-id loop-1',
  ]
  static override flags = {
    ...sessionFlags,
    topic: Flags.string({
      summary: 'Short name of the run; part of the file name.',
      helpValue: 'WORD',
      required: true,
    }),
    scope: Flags.string({ summary: 'What the run is about.', helpValue: 'TEXT', required: true }),
    'coord-file': Flags.string({ summary: 'Another file, relative to the main checkout.', helpValue: 'PATH' }),
    template: Flags.string({ summary: 'Template to fill in.', helpValue: 'PATH' }),
  }

  protected async execute(api: RallyApi): Promise<PluginOutcome> {
    const { flags } = await this.parse(Bootstrap)
    const { topic, scope } = flags
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(topic)) throw api.error('UNSAFE_ID', { what: 'topic', value: topic })
    const asking = await api.session(toRequest(flags))
    const { sessionId } = asking.session
    const ctx = withRunId(asking, `bootstrap-${topic}-${sessionId}`)
    const made = this.make(api, ctx, flags)
    const action = made.created ? 'bootstrapped' : JOINED
    await api.usecases.announcePresence(ctx, {
      phase: made.created ? 'bootstrap' : JOINED,
      filesInFlight: [made.shownPath],
    })
    const details = { from: ctx.session.tool, topic, scope, session_id: sessionId, coord_file: made.path, action }
    const revision = made.created ? await announce(api, ctx, details) : await joinIn(api, ctx, details)
    const json: BootstrapOutput = {
      action,
      coord_file: made.path,
      channel_revision: revision,
      session_id: sessionId,
      presence_written: true,
      active_pointer_written: made.pointed,
      errors: [],
    }
    return { json, text: `${made.created ? 'made' : 'joined'} ${made.path}` }
  }

  private make(
    api: RallyApi,
    ctx: SessionContext,
    flags: { topic: string; scope: string; 'coord-file'?: string | undefined; template?: string | undefined },
  ): Bootstrapped {
    try {
      return bootstrapCoordination({
        workdir: ctx.workdir,
        topic: flags.topic,
        scope: flags.scope,
        sessionId: ctx.session.sessionId,
        tool: ctx.session.tool,
        coordinationFile: flags['coord-file'],
        template: flags.template ?? join(this.ctor.plugin?.root ?? '', 'templates/coordination.md'),
        now: new Date(ctx.clock.now() * 1000),
      })
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw api.error('NOT_STORED', { what: 'coordination file', reason })
    }
  }
}

type Details = { readonly from: string; readonly topic: string; readonly scope: string; readonly coord_file: string }

/** A handoff in form only: nothing is given away yet, but everybody hears that there is a file. */
async function announce(api: RallyApi, ctx: SessionContext, details: Details): Promise<number | null> {
  const result = await api.usecases.handOff(ctx, {
    ownership: {
      owns: [],
      does_not_own: ['all-files (no chunks assigned at bootstrap; assign via subsequent handoffs)'],
      interface_contract: `Coordination bootstrapped by ${details.from} for topic '${details.topic}'. No chunks claimed yet; peers ack by reading coord file and posting kind=feedback step=coord-protocol verdict=PASS.`,
      integration_checkpoint: details.coord_file,
      allowed_tools: [],
      denied_tools: [],
    },
    details: { ...details, summary: `coordination file of ${details.topic}: ${details.scope}` },
    requiresAck: false,
  })
  if (!result.accepted) throw api.error('HANDOFF_INCOMPLETE', { fields: result.missingOrInvalid.join(', ') })
  if (result.sent.failure) throw result.sent.failure
  return result.sent.revision
}

async function joinIn(api: RallyApi, ctx: SessionContext, details: Details): Promise<number | null> {
  const payload = { ...details, phase: JOINED }
  return (await api.usecases.postRecord(ctx, { kind: 'phase', payload })).revision
}
