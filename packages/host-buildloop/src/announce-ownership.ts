import type { HandoffOwnership } from '@rally/core/model/handoff-ownership'
import type { RallyApi } from '@rally/core/plugin-api/rally-api'
import type { SessionContext } from '@rally/core/usecases/context'

type HandoffInput = Parameters<RallyApi['usecases']['handOff']>[1]

/**
 * A handoff in form only: everybody hears of it, and nobody has to settle it.
 * Throws HANDOFF_INCOMPLETE, and what the stores throw.
 */
export async function announceOwnership(
  api: RallyApi,
  ctx: SessionContext,
  input: Pick<HandoffInput, 'to' | 'toSessionId' | 'details'> & { readonly ownership: HandoffOwnership },
): Promise<{ readonly revision: number | null; readonly eventId: string | null }> {
  const result = await api.usecases.handOff(ctx, { ...input, requiresAck: false })
  if (!result.accepted) throw api.error('HANDOFF_INCOMPLETE', { fields: result.missingOrInvalid.join(', ') })
  if (result.sent.failure) throw result.sent.failure
  return result.sent
}
