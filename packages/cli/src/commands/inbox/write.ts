import * as Flags from '@oclif/core/flags'
import type { InboxWriteOutput } from '@rally/core/model/outputs/inbox-write'
import { isObject } from '@rally/core/readers'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import { writeInbox } from '@rally/core/usecases/inbox/write-inbox'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { sessionFlags } from '../../flags.js'
import { parseLoosePayload } from '../../payload.js'
import { revisionNote, sentKeys } from '../../views/inbox/sent.js'

export default class InboxWrite extends RallyCommand {
  static override summary = "Send a message to a tool's inbox, or to everybody."
  static override description = 'The message is also kept in the log, unless --no-channel says otherwise.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --to-tool codex --message "please look at the parser" --requires-ack',
    `<%= config.bin %> <%= command.id %> --to-tool all --payload-json '{"subject":"freeze at noon"}'`,
  ]
  static override flags = {
    ...sessionFlags,
    'to-tool': Flags.string({
      summary: 'Tool it goes to, or all.',
      helpValue: 'TOOL',
      aliases: ['to'],
      required: true,
    }),
    'from-tool': Flags.string({ summary: 'Tool it comes from; without it yours.', helpValue: 'TOOL' }),
    message: Flags.string({ summary: 'What you want to say.', helpValue: 'TEXT' }),
    'payload-json': Flags.string({ summary: 'More to say, as JSON.', helpValue: 'JSON' }),
    kind: Flags.string({ summary: 'Kind of the message.', default: 'message' }),
    'requires-ack': Flags.boolean({ summary: 'Ask whoever reads it to acknowledge.' }),
    'no-channel': Flags.boolean({ summary: 'Keep nothing in the log.' }),
    'message-id': Flags.string({ summary: 'Complete an earlier try that was half stored.', helpValue: 'ID' }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(InboxWrite)
    const payload = parseLoosePayload(flags['payload-json'])
    const ctx = await this.rally.roomAndMaybeSession(flags)
    const sent = await writeInbox(ctx, {
      to: flags['to-tool'],
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
    }
    const text = () => `sent to ${cleanLine(flags['to-tool'])}${revisionNote(sent.revision)}`
    return { json, text, ...(sent.failure ? { error: sent.failure } : {}) }
  }
}

function withMessage(payload: unknown, message: string): unknown {
  return isObject(payload) ? { ...payload, message } : { value: payload, message }
}
