import { isRallyError } from '../../errors.js'
import type { HandoffOwnership } from '../../model/handoff-ownership.js'
import type { HandoffRejection } from '../../model/rejection.js'
import { type JsonObject, text } from '../../readers.js'
import { checkHandoff } from '../../rules/handoff/handoff-gate.js'
import { BROADCAST } from '../../rules/inbox/make-message.js'
import { canonicalJson } from '../../rules/text/canonical-json.js'
import { formatIsoMicros } from '../../rules/text/iso-time.js'
import type { SessionContext } from '../context.js'
import { addresseeKey, type Sent, sendMessage } from '../inbox/send-message.js'

/** The recipient of a handoff that names none: whoever takes it. */
export const ANY_PEER = 'peer'

/** A handoff: to whom, its contract, and what else its record says. */
export interface HandoffInput {
  /** A tool id; without it any peer may take it, and everybody is told. */
  readonly to?: string | undefined
  /** The one session of that tool that takes over. */
  readonly toSessionId?: string | undefined
  readonly message?: string | undefined
  /** Whatever lacks or is of another kind is named in the refusal. */
  readonly ownership: Partial<HandoffOwnership> | null
  /** Further keys of the record's payload; none of them replaces one of those above. */
  readonly details?: JsonObject | undefined
  /** Whether the target should acknowledge the message; default true. */
  readonly requiresAck?: boolean | undefined
  /** The id of an earlier, half-stored try. */
  readonly messageId?: string | undefined
}

/** The handoff as it was sent, or why it was refused. */
export type HandoffResult =
  | { readonly accepted: true; readonly to: string; readonly sent: Sent }
  | {
      readonly accepted: false
      readonly to: string
      readonly reason: HandoffRejection['reason']
      readonly missingOrInvalid: readonly string[]
      /** Whether the refusal was kept for `rejection_count`. */
      readonly recorded: boolean
    }

/**
 * Hands work over, if it says what is handed over and what is not (protocol section 3.5): an accepted handoff rings the
 * target's inbox and is logged, a refused one is kept beside the log and stays out of it.
 */
export async function handOff(ctx: SessionContext, input: HandoffInput): Promise<HandoffResult> {
  return handOffAsRead(ctx, input)
}

/** The same for an ownership of any shape, as a payload brings it. */
export async function handOffAsRead(
  ctx: SessionContext,
  input: Omit<HandoffInput, 'ownership'> & { readonly ownership: unknown },
): Promise<HandoffResult> {
  const to = input.to || ANY_PEER
  const message = input.message ?? ''
  const payload: JsonObject = {
    ...input.details,
    session_id: ctx.session.sessionId,
    to,
    ...addresseeKey(input),
    message,
    ownership: input.ownership,
  }
  const verdict = checkHandoff(payload)
  if (!verdict.ok) {
    const { reason, missingOrInvalid } = verdict
    const recorded = await keepRefusal(ctx, { reason, missingOrInvalid, payload })
    return { accepted: false, to, reason, missingOrInvalid, recorded }
  }
  const sent = await sendMessage(ctx, {
    from: ctx.session.tool,
    fromSessionId: ctx.session.sessionId,
    to: to === ANY_PEER ? BROADCAST : to,
    toSessionId: input.toSessionId,
    kind: 'handoff',
    payload: { subject: message || text(input.details?.summary) || 'handoff', ...payload },
    requiresAck: input.requiresAck ?? true,
    messageId: input.messageId,
    author: ctx.session,
    record: { kind: 'handoff', payload: () => payload },
  })
  return { accepted: true, to, sent }
}

async function keepRefusal(
  ctx: SessionContext,
  refusal: {
    reason: HandoffRejection['reason']
    missingOrInvalid: readonly string[]
    payload: JsonObject
  },
): Promise<boolean> {
  const rejection: HandoffRejection = {
    kind: 'handoff',
    missing_or_invalid: [...refusal.missingOrInvalid],
    payload_sha256: ctx.sha256(canonicalJson(refusal.payload)),
    reason: refusal.reason,
    session_id: ctx.session.sessionId,
    timestamp: formatIsoMicros(ctx.clock.now()),
    tool: ctx.session.tool,
  }
  try {
    await ctx.transport.log.reject(rejection)
    return true
  } catch (error) {
    // The refusal stands whether or not it could be counted; the answer says which.
    if (isRallyError(error)) return false
    throw error
  }
}
