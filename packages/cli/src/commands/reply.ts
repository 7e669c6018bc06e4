import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { RallyError } from '@rally/core/errors'
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
    id: Args.string({ ignoreStdin: true, description: 'Message to answer; may be left out.', required: true }),
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
    const replyTo = args.text === undefined ? await onlyOpen(ctx) : await findMessage(ctx, args.id)
    const to = await addressReply(ctx, replyTo)
    const sent = await say(ctx, {
      to,
      text: readTextArgument(args.text ?? args.id),
      urgent: flags.urgent,
      replyTo,
      messageId: flags['message-id'],
    })
    const waking = { to, messageId: sent.messageId, asked: flags.wake, asks: false, urgent: flags.urgent }
    const rings = await wakeRecipients(this.rally, ctx, waking)
    return saidOutcome({ app: ctx.channel.app, action: 'replied', to, sent, replyTo, rings })
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
