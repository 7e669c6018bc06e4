import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { SessionContext } from '@rally/core/usecases/context'
import { address } from '@rally/core/usecases/inbox/address'
import { findMessage } from '@rally/core/usecases/inbox/find-message'
import { say } from '@rally/core/usecases/inbox/say'
import type { Outcome } from './base-command.js'
import { RECIPIENTS, recipientFlags, sessionFlags } from './flags.js'
import { readTextArgument } from './text-argument.js'
import { type Said, saidJson, saidLine } from './views/inbox/said.js'
import { describeHearers } from './views/inbox/sent.js'

/** What `tell` and `ask` take. */
export const sayingArgs = {
  who: Args.string({ description: `${RECIPIENTS}.`, required: true }),
  text: Args.string({ description: 'What to say; - reads standard input.', required: true }),
}
export const sayingFlags = {
  ...sessionFlags,
  ...recipientFlags,
  urgent: Flags.boolean({ summary: 'Heard before everything else that waits.' }),
  'reply-to': Flags.string({ summary: 'Number or id of the message that this answers.', helpValue: 'ID' }),
  'message-id': Flags.string({ summary: 'Complete an earlier try that was half stored.', helpValue: 'ID' }),
}

export interface SayingInput {
  readonly who: string
  readonly text: string
  readonly asks: boolean
  readonly flags: {
    readonly unseen: boolean
    readonly urgent: boolean
    readonly 'reply-to'?: string | undefined
    readonly 'message-id'?: string | undefined
  }
}

/** Sends the text of `tell` or `ask`. */
export async function sayTo(ctx: SessionContext, { who, text, asks, flags }: SayingInput): Promise<Said> {
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
  return { app: ctx.channel.app, action: asks ? 'asked' : 'told', to, sent, replyTo }
}

export function saidOutcome(said: Said): Outcome {
  const text = () => `${saidLine(said)}${describeHearers(said.to.recipients)}`
  return { json: saidJson(said), text, ...(said.sent.failure ? { error: said.sent.failure } : {}) }
}
