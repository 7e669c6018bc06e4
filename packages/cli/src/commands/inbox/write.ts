import * as Flags from '@oclif/core/flags'
import type { InboxWriteOutput } from '@rally/core/model/outputs/inbox-write'
import { isObject } from '@rally/core/readers'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import { address } from '@rally/core/usecases/inbox/address'
import { writeInbox } from '@rally/core/usecases/inbox/write-inbox'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { RECIPIENTS, recipientFlags, sessionFlags } from '../../flags.js'
import { parseLoosePayload } from '../../payload.js'
import { describeHearers, revisionNote, sentKeys } from '../../views/inbox/sent.js'

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
    const { to, toSessionId, name, recipients } = await address(ctx, flags.to ?? flags['to-tool'] ?? '', {
      unseen: flags.unseen,
      toolOnly: flags.to === undefined,
    })
    const sent = await writeInbox(ctx, {
      to,
      toSessionId,
      from: flags['from-tool'],
      model: flags.model,
      runId: flags['run-id'],
      kind: flags.kind,
      payload: flags.message === undefined ? payload : withMessage(payload, flags.message),
      requiresAck: flags['requires-ack'],
      mirror: !flags['no-channel'],
      messageId: flags['message-id'],
    })
    const json: InboxWriteOutput = {
      app_slug: ctx.channel.app,
      written: true,
      channel_revision: sent.revision,
      event_id: sent.eventId,
      ...sentKeys(sent),
      recipients: [...recipients],
    }
    const text = () => `sent to ${cleanLine(name)}${revisionNote(sent.revision)}${describeHearers(recipients)}`
    return { json, text, ...(sent.failure ? { error: sent.failure } : {}) }
  }
}

function withMessage(payload: unknown, message: string): unknown {
  return isObject(payload) ? { ...payload, message } : { value: payload, message }
}
