import type { RallyApi } from '@rally/core/plugin-api/rally-api'
import type { SessionContext } from '@rally/core/usecases/context'
import { announceOwnership } from './announce-ownership.js'
import { type Bootstrapped, type BootstrapRequest, bootstrapCoordination } from './bootstrap-coordination.js'
import type { BootstrapOutput } from './outputs/buildloop-bootstrap.js'

export interface Coordination extends Bootstrapped {
  readonly action: BootstrapOutput['action']
  readonly revision: number | null
}

/**
 * Makes the coordination file of a run and announces it to the room, or joins the one that another loop made; the session's
 * presence shows the file. Throws NOT_STORED for a file that cannot be made, HANDOFF_INCOMPLETE, and what the stores throw.
 */
export async function makeOrJoin(
  api: RallyApi,
  ctx: SessionContext,
  request: Pick<BootstrapRequest, 'topic' | 'scope' | 'template' | 'coordinationFile'>,
): Promise<Coordination> {
  const { sessionId, tool } = ctx.session
  const made = make(api, ctx, request)
  const action = made.created ? 'bootstrapped' : 'joined-existing-coord'
  const phase = made.created ? 'bootstrap' : action
  await api.usecases.announcePresence(ctx, { phase, filesInFlight: [made.shownPath] })
  const { topic, scope } = request
  const details = { from: tool, topic, scope, session_id: sessionId, coord_file: made.path, action }
  const revision = made.created ? await announce(api, ctx, details) : await join(api, ctx, details)
  return { ...made, action, revision }
}

function make(
  api: RallyApi,
  { workdir, session, clock }: SessionContext,
  request: Pick<BootstrapRequest, 'topic' | 'scope' | 'template' | 'coordinationFile'>,
): Bootstrapped {
  const { sessionId, tool } = session
  try {
    return bootstrapCoordination({ ...request, workdir, sessionId, tool, now: new Date(clock.now() * 1000) })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw api.error('NOT_STORED', { what: 'coordination file', reason })
  }
}

type Details = Readonly<Record<'from' | 'topic' | 'scope' | 'session_id' | 'coord_file' | 'action', string>>

/** Nothing is given away yet, but everybody hears that there is a file. */
async function announce(api: RallyApi, ctx: SessionContext, details: Details): Promise<number | null> {
  const { revision } = await announceOwnership(api, ctx, {
    ownership: {
      owns: [],
      does_not_own: ['all-files (no chunks assigned at bootstrap; assign via subsequent handoffs)'],
      interface_contract: `Coordination bootstrapped by ${details.from} for topic '${details.topic}'. No chunks claimed yet; peers ack by reading coord file and posting kind=feedback step=coord-protocol verdict=PASS.`,
      integration_checkpoint: details.coord_file,
      allowed_tools: [],
      denied_tools: [],
    },
    details: { ...details, summary: `coordination file of ${details.topic}: ${details.scope}` },
  })
  return revision
}

async function join(api: RallyApi, ctx: SessionContext, details: Details): Promise<number | null> {
  const payload = { ...details, phase: details.action }
  return (await api.usecases.postRecord(ctx, { kind: 'phase', payload })).revision
}
