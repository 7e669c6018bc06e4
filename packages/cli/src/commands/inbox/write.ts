import * as Flags from '@oclif/core/flags'
import { isObject } from '@rally/core/readers'
import { address } from '@rally/core/usecases/inbox/address'
import { writeInbox } from '@rally/core/usecases/inbox/write-inbox'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { RECIPIENTS, recipientFlags, sessionFlags } from '../../flags.js'
import { parseLoosePayload } from '../../payload.js'
import { toJson, toText } from '../../views/inbox/written.js'

export default class InboxWrite extends RallyCommand {
  static override summary = 'Send a message to a session, to all sessions of a tool, to a person or to everybody.'
  static override description = 'The message is also kept in the log, unless --no-channel says otherwise.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --to codex --message "please look at the parser" --requires-ack',
    `<%= config.bin %> <%= command.id %> --to all --payload-json '{"subject":"freeze at noon"}'`,
  ]
  static override flags = {
    ...sessionFlags,
    ...recipientFlags,
    to: Flags.string({ summary: `${RECIPIENTS}.`, helpValue: 'WHO', exactlyOne: ['to', 'to-tool'] }),
    'to-tool': Flags.string({ summary: 'Tool it goes to, known or not, or all.', helpValue: 'TOOL', hidden: true }),
    'from-tool': Flags.string({ summary: 'Tool it comes from; without it yours.', helpValue: 'TOOL' }),
    message: Flags.string({ summary: 'What you want to say.', helpValue: 'TEXT' }),
    'payload-json': Flags.string({ summary: 'More to say, as JSON.', helpValue: 'JSON' }),
    kind: Flags.string({ summary: 'Kind of the message.', default: 'message' }),
    'requires-ack': Flags.boolean({ summary: 'Ask the readers to acknowledge.' }),
    'no-channel': Flags.boolean({ summary: 'Keep nothing in the log.' }),
    'message-id': Flags.string({ summary: 'Complete an earlier try that was half stored.', helpValue: 'ID' }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(InboxWrite)
    const payload = parseLoosePayload(flags['payload-json'])
    const ctx = await this.rally.roomAndMaybeSession(flags)
    const toolOnly = flags.to === undefined
    const addressed = await address(ctx, flags.to ?? flags['to-tool'] ?? '', { unseen: flags.unseen, toolOnly })
    const sent = await writeInbox(ctx, {
      ...{ to: addressed.to, toSessionId: addressed.toSessionId },
      ...{ from: flags['from-tool'], model: flags.model, runId: flags['run-id'] },
      ...{ kind: flags.kind, requiresAck: flags['requires-ack'], messageId: flags['message-id'] },
      payload: flags.message === undefined ? payload : withMessage(payload, flags.message),
      mirror: !flags['no-channel'],
    })
    const json = toJson(sent, ctx.channel.app, addressed)
    return { json, text: () => toText(json, addressed), ...(sent.failure ? { error: sent.failure } : {}) }
  }
}

function withMessage(payload: unknown, message: string): unknown {
  return isObject(payload) ? { ...payload, message } : { value: payload, message }
}
