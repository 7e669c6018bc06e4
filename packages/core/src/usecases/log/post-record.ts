import { RallyError } from '../../errors.js'
import type { JsonObject } from '../../readers.js'
import { text } from '../../readers.js'
import { BROADCAST } from '../../rules/inbox/make-message.js'
import type { SessionContext } from '../context.js'
import { handOffAsRead } from '../handoff/hand-off.js'
import { addresseeKey, type Sent, sendMessage } from '../inbox/send-message.js'
import { writeInbox } from '../inbox/write-inbox.js'
import { draftRecord } from './draft-record.js'

const RECORD_KIND = /^[a-z][a-z0-9-]{0,63}$/

/** A record for the log, and whom it is told. */
export interface PostInput {
  /** `feedback`, `phase`, `commit`, `dep-change`, `message` … any lower-case word. */
  readonly kind: string
  readonly payload?: JsonObject
  /** A sentence for people; becomes `payload.message`. */
  readonly message?: string | undefined
  /** A tool id, or `all`: the record also rings that inbox. A `message` without one goes to everybody. */
  readonly to?: string | undefined
  /** The one session of that tool that it is meant for. */
  readonly toSessionId?: string | undefined
  readonly requiresAck?: boolean
  /** The id of an earlier, half-stored try. */
  readonly messageId?: string | undefined
  /** Set by the program that owns the run, after its own gate has passed; nobody else may close a run. */
  readonly mayCloseRun?: boolean
}

/** What was posted. `message` is there when an inbox was rung. */
export interface Posted {
  readonly kind: string
  /** Whose inbox was rung. */
  readonly to: string | null
  readonly revision: number | null
  readonly eventId: string | null
  readonly message?: Sent
}

/**
 * Appends a record to the log (protocol section 3.1); one with a recipient rings the inbox as well.
 * Throws USAGE for a kind that is none, RUN_CLOSEOUT_REFUSED, HANDOFF_INCOMPLETE (the refusal is kept) and what the transport throws.
 */
export async function postRecord(ctx: SessionContext, input: PostInput): Promise<Posted> {
  const { kind } = input
  if (!RECORD_KIND.test(kind)) {
    throw new RallyError('USAGE', {
      message: `${JSON.stringify(kind.slice(0, 80))} is not a kind of record`,
      hint: 'a kind is a lower-case word such as feedback, phase or dep-change',
    })
  }
  const payload = composePayload(ctx, input)
  if (kind === 'phase' && payload.phase === 'run-closeout' && input.mayCloseRun !== true) {
    throw new RallyError('RUN_CLOSEOUT_REFUSED')
  }
  if (kind === 'handoff') return postHandoff(ctx, input, payload)
  if (kind === 'message') return postMessage(ctx, input)
  const { to } = input
  const author = ctx.session
  if (to === undefined) {
    const appended = await ctx.transport.log.append(await draftRecord(ctx, author, { kind, payload }))
    return { kind, to: null, ...appended }
  }
  const sent = await sendMessage(ctx, {
    from: author.tool,
    fromSessionId: author.sessionId,
    to,
    toSessionId: input.toSessionId,
    kind,
    payload,
    requiresAck: input.requiresAck,
    messageId: input.messageId,
    record: { kind, payload: () => payload },
    author,
  })
  return { kind, to, revision: sent.revision, eventId: sent.eventId, message: sent }
}

/** `session_id` is always the session that asks: a payload cannot speak for another. */
function composePayload(ctx: SessionContext, input: PostInput): JsonObject {
  return {
    ...input.payload,
    session_id: ctx.session.sessionId,
    ...(input.to === undefined ? {} : { to: input.to }),
    ...addresseeKey(input),
    ...(input.message === undefined ? {} : { message: input.message }),
  }
}

async function postHandoff(ctx: SessionContext, input: PostInput, payload: JsonObject): Promise<Posted> {
  const handoff = await handOffAsRead(ctx, {
    to: text(payload.to),
    message: text(payload.message),
    ownership: payload.ownership,
    toSessionId: input.toSessionId,
    messageId: input.messageId,
  })
  if (!handoff.accepted) throw new RallyError('HANDOFF_INCOMPLETE', { fields: handoff.missingOrInvalid.join(', ') })
  const { sent, to } = handoff
  return { kind: 'handoff', to, revision: sent.revision, eventId: sent.eventId, message: sent }
}

async function postMessage(ctx: SessionContext, input: PostInput): Promise<Posted> {
  const to = input.to ?? BROADCAST
  const sent = await writeInbox(ctx, {
    to,
    toSessionId: input.toSessionId,
    payload: { ...input.payload, ...(input.message === undefined ? {} : { message: input.message }) },
    requiresAck: input.requiresAck,
    messageId: input.messageId,
  })
  return { kind: 'message', to, revision: sent.revision, eventId: sent.eventId, message: sent }
}
