import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { isRallyError, RallyError } from '@rally/core/errors'
import type { SessionContext } from '@rally/core/usecases/context'
import { addressReply } from '@rally/core/usecases/inbox/address-reply'
import { type FoundMessage, findMessage } from '@rally/core/usecases/inbox/find-message'
import { openQuestions } from '@rally/core/usecases/inbox/open-questions'
import { say } from '@rally/core/usecases/inbox/say'
import { type Outcome, RallyCommand } from '../base-command.js'
import { sessionFlags } from '../flags.js'
import { saidOutcome } from '../saying.js'
import { readTextArgument } from '../text-argument.js'
import { quotePeer } from '../views/text/lines.js'
import { wakeRecipients } from '../wake.js'

export default class Reply extends RallyCommand {
  static override summary = 'Answer a message: its sender hears it, and the message is acknowledged.'
  static override description =
    'ID is the number that a text shows, an event id or a message id. Without it the only message that is open is answered.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 18 "yes, go on"',
    '<%= config.bin %> <%= command.id %> "yes, go on"',
  ]
  static override args = {
    id: Args.string({ ignoreStdin: true, description: 'Message to answer; may be left out.' }),
    text: Args.string({ ignoreStdin: true, description: 'The answer; - reads standard input.' }),
  }
  static override flags = {
    ...sessionFlags,
    urgent: Flags.boolean({ summary: 'Heard before everything else that waits.' }),
    wake: Flags.boolean({ summary: 'Ring who is idle, so that it hears at once.' }),
    'message-id': Flags.string({ summary: 'Complete an earlier try that was half stored.', helpValue: 'ID' }),
  }

  protected async execute(): Promise<Outcome> {
    const { args, flags } = await this.parse(Reply)
    const ctx = await this.rally.session(flags)
    const { id, text } = await readWords(ctx, args)
    const replyTo = id === undefined ? await onlyOpen(ctx) : await findMessage(ctx, id)
    const to = await addressReply(ctx, replyTo)
    const sent = await say(ctx, {
      to,
      text: readTextArgument(text),
      urgent: flags.urgent,
      replyTo,
      messageId: flags['message-id'],
    })
    const waking = { to, messageId: sent.messageId, asked: flags.wake, asks: false, urgent: flags.urgent }
    const rings = await wakeRecipients(this.rally, ctx, waking)
    return saidOutcome({ app: ctx.channel.app, action: 'replied', to, sent, replyTo, rings })
  }
}

/** A lone word is the answer, unless it names a message: then the answer is what was forgotten. */
async function readWords(
  ctx: SessionContext,
  { id, text }: { readonly id?: string | undefined; readonly text?: string | undefined },
): Promise<{ readonly id?: string | undefined; readonly text: string }> {
  if (text !== undefined) return { id, text }
  const meant = id ?? (await openQuestions(ctx))[0]?.id
  const found = meant === undefined ? undefined : await named(ctx, meant)
  if (id !== undefined && found === undefined) return { text: id }
  const hint = found === undefined ? 'rally reply --help' : `rally reply ${found.number ?? found.id} "…"`
  throw new RallyError('USAGE', { message: 'TEXT is missing', hint })
}

/** The message of that number or id, if there is one. */
async function named(ctx: SessionContext, reference: string): Promise<FoundMessage | undefined> {
  try {
    return await findMessage(ctx, reference)
  } catch (error) {
    if (isRallyError(error) && error.code === 'NOT_FOUND') return undefined
    throw error
  }
}

const LISTED = 3

async function onlyOpen(ctx: SessionContext): Promise<FoundMessage> {
  const open = await openQuestions(ctx)
  const [only] = open
  if (only !== undefined && open.length === 1) return only
  if (only === undefined) {
    const hint = 'name the message: rally inbox read --all shows all of them'
    throw new RallyError('USAGE', { message: 'no message waits for an answer', hint })
  }
  const shown = await Promise.all(open.slice(0, LISTED).map(async ({ id }) => findMessage(ctx, id)))
  const list = shown.map(({ number, id, text }) => `${number ?? id} ${quotePeer(text, 40)}`)
  throw new RallyError('USAGE', {
    message: `${open.length} messages wait: ${list.join(', ')}${open.length > LISTED ? ', …' : ''}`,
    hint: `say which one: rally reply ${shown[0]?.number ?? shown[0]?.id} "…"`,
    open: open.map(({ id }) => id),
  })
}
