import type { HandoffOwnership } from '@rally/core/model/handoff-ownership'
import type { RallyApi } from '@rally/core/plugin-api/rally-api'
import type { SessionContext } from '@rally/core/usecases/context'
import { announceOwnership } from './announce-ownership.js'
import type { RallyOutput } from './outputs/buildloop-rally.js'

const CHECKPOINT =
  'Peer should run rally status for this workdir and confirm that this active presence plus handoff revision are visible.'

export interface OwnershipRequest {
  /** Paths; one of the two lists has something in it. */
  readonly owns: readonly string[]
  readonly doesNotOwn: readonly string[]
  /** Who is told, as people name them; undefined: everybody. */
  readonly to: string | undefined
  /** Deliver also where nothing here is called so. */
  readonly unseen: boolean
  readonly phase: string
  /** A sentence for the peers. */
  readonly summary: string
  readonly interfaceContract: string | undefined
  readonly integrationCheckpoint: string | undefined
  readonly coordinationFile: string | undefined
  /** Read the record back. */
  readonly verify: boolean
}

export interface PublishedOwnership {
  readonly phase: string
  readonly ownership: HandoffOwnership
  readonly revision: number | null
  /** Only where it was asked for. */
  readonly verify: RallyOutput['verify']
}

/**
 * Shows what a session owns, and does not, by its presence and by a handoff in form only: nobody has to settle it.
 * Throws NO_SUCH_RECIPIENT before anything is written, HANDOFF_INCOMPLETE, and what the stores throw.
 */
export async function publishOwnership(
  api: RallyApi,
  ctx: SessionContext,
  request: OwnershipRequest,
): Promise<PublishedOwnership> {
  const { to, unseen, phase, owns } = request
  const ownership = ownershipOf(request, ctx.session.tool)
  const told = to === undefined ? undefined : await api.usecases.address(ctx, to, { unseen })
  const before = await ctx.transport.log.revision()
  await api.usecases.announcePresence(ctx, { phase, filesInFlight: [...owns] })
  const { revision, eventId } = await announceOwnership(api, ctx, {
    to: told?.to ?? 'peer',
    toSessionId: told?.toSessionId,
    ownership,
    details: {
      from: ctx.session.tool,
      step: 'agent-rally-point',
      verdict: 'INFO',
      summary: request.summary,
      coord_file: request.coordinationFile ?? null,
      action: 'rally-point',
    },
  })
  const verify = request.verify ? await readBack(ctx, { before, eventId }) : undefined
  return { phase, ownership, revision, verify }
}

function ownershipOf(request: OwnershipRequest, tool: string): HandoffOwnership {
  return {
    owns: request.owns,
    does_not_own: request.doesNotOwn,
    interface_contract:
      request.interfaceContract ??
      `${tool} is publishing coordination presence only; ownership is defined by the owns / does_not_own packet.`,
    integration_checkpoint: request.integrationCheckpoint ?? CHECKPOINT,
    allowed_tools: [],
    denied_tools: [],
  }
}

/** How many records others may write in between. */
const LOOK_BACK = 200

async function readBack(
  { transport: { log } }: SessionContext,
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
