import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { address } from '@rally/core/usecases/inbox/address'
import { findMessage } from '@rally/core/usecases/inbox/find-message'
import { say } from '@rally/core/usecases/inbox/say'
import type { Outcome } from './base-command.js'
import { RECIPIENTS, recipientFlags, type SessionFlags, sessionFlags } from './flags.js'
import { orTimedOut } from './poll-until.js'
import type { Rally } from './rally.js'
import { readTextArgument } from './text-argument.js'
import { describeRings } from './views/inbox/rings.js'
import { type Said, saidJson, saidLine } from './views/inbox/said.js'
import { describeHearers } from './views/inbox/sent.js'
import { renderTraced } from './views/inbox/traced.js'
import { WAITED_FOR, waitForRung } from './wait-for-rung.js'
import { wakeRecipients } from './wake.js'

/** What `tell` and `ask` take. */
export const sayingArgs = {
  who: Args.string({ ignoreStdin: true, description: `${RECIPIENTS}.`, required: true }),
  text: Args.string({ ignoreStdin: true, description: 'What to say; - reads standard input.', required: true }),
}
export const sayingFlags = {
  ...sessionFlags,
  ...recipientFlags,
  urgent: Flags.boolean({ summary: 'Heard before everything else that waits.' }),
  wake: Flags.boolean({ summary: 'Ring who is idle, so that it hears at once.' }),
  wait: Flags.string({
    summary: 'Return when a recipient got that far; exit 4 when none did.',
    options: [...WAITED_FOR],
  }),
  timeout: Flags.integer({ summary: 'Wait at most so many seconds.', helpValue: 'SECS', default: 60, min: 0 }),
  'reply-to': Flags.string({ summary: 'Number or id of the message that this answers.', helpValue: 'ID' }),
  'message-id': Flags.string({ summary: 'Complete an earlier try that was half stored.', helpValue: 'ID' }),
}

export interface SayingInput {
  readonly who: string
  readonly text: string
  readonly asks: boolean
  readonly flags: SessionFlags & {
    readonly unseen: boolean
    readonly urgent: boolean
    readonly wake: boolean
    readonly wait?: string | undefined
    readonly timeout: number
    readonly 'reply-to'?: string | undefined
    readonly 'message-id'?: string | undefined
  }
}

/** Sends the text of `tell` or `ask`. */
export async function sayTo(rally: Rally, { who, text, asks, flags }: SayingInput): Promise<Said> {
  const ctx = await rally.session(flags)
  const replyTo = flags['reply-to'] === undefined ? undefined : await findMessage(ctx, flags['reply-to'])
  const to = await address(ctx, who, { unseen: flags.unseen })
  const sent = await say(ctx, {
    to,
    text: readTextArgument(text),
    asks,
    urgent: flags.urgent,
    replyTo,
    messageId: flags['message-id'],
  })
  const waking = { to, messageId: sent.messageId, asked: flags.wake, asks, urgent: flags.urgent }
  const rings = await wakeRecipients(rally, ctx, waking)
  const said: Said = { app: ctx.channel.app, action: asks ? 'asked' : 'told', to, sent, replyTo, rings }
  const wanted = WAITED_FOR.find((rung) => rung === flags.wait)
  if (wanted === undefined || sent.failure !== undefined) return said
  const waiting = waitForRung(ctx, { messageId: sent.messageId, wanted, timeoutSecs: flags.timeout })
  const { found: traced, timedOut } = await orTimedOut(waiting)
  return { ...said, traced, timedOut }
}

export function saidOutcome(said: Said): Outcome {
  const error = said.sent.failure ?? said.timedOut
  const text: Outcome['text'] = (terminal) =>
    said.traced === undefined
      ? [`${saidLine(said)}${describeHearers(said.to.recipients)}`, describeRings(said.rings ?? [])]
          .filter(Boolean)
          .join('\n')
      : renderTraced([said.traced], { ...terminal, now: Date.now() / 1000 })
  return { json: saidJson(said), text, ...(error ? { error } : {}) }
}
