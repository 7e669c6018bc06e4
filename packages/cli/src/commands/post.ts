import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { address } from '@rally/core/usecases/inbox/address'
import { postRecord } from '@rally/core/usecases/log/post-record'
import { type Outcome, RallyCommand } from '../base-command.js'
import { RECIPIENTS, recipientFlags, sessionFlags } from '../flags.js'
import { parsePayload } from '../payload.js'
import { toJson, toText } from '../views/log/post.js'

export default class Post extends RallyCommand {
  static override summary = 'Append a record to the log of the room.'
  static override description =
    'Usual kinds: feedback, phase, commit, dep-change, message; any lower-case word will do. With --to the record also rings that inbox. A message without --to goes to everybody.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> feedback --to codex --message "prices look right"',
    '<%= config.bin %> <%= command.id %> dep-change --message "added zod"',
    `<%= config.bin %> <%= command.id %> phase --payload-json '{"phase":"review"}'`,
  ]
  static override args = {
    kind: Args.string({ ignoreStdin: true, description: 'Kind of the record.', required: true }),
  }
  static override flags = {
    ...sessionFlags,
    to: Flags.string({ summary: `${RECIPIENTS}; its inbox rings.`, helpValue: 'WHO' }),
    ...recipientFlags,
    message: Flags.string({ summary: 'What you want to say.', helpValue: 'TEXT' }),
    'payload-json': Flags.string({ summary: 'More to keep, as a JSON object.', helpValue: 'JSON' }),
    'requires-ack': Flags.boolean({ summary: 'Ask the readers to acknowledge.' }),
    'message-id': Flags.string({ summary: 'Complete an earlier try that was half stored.', helpValue: 'ID' }),
  }

  protected async execute(): Promise<Outcome> {
    const { args, flags } = await this.parse(Post)
    const payload = parsePayload(flags['payload-json'])
    const ctx = await this.rally.session(flags)
    const addressed = flags.to === undefined ? undefined : await address(ctx, flags.to, { unseen: flags.unseen })
    const posted = await postRecord(ctx, {
      ...{ kind: args.kind, payload, message: flags.message },
      ...{ to: addressed?.to, toSessionId: addressed?.toSessionId },
      ...{ requiresAck: flags['requires-ack'], messageId: flags['message-id'] },
    })
    const json = toJson(posted, ctx.channel.app, addressed)
    const error = posted.message?.failure
    return { json, text: () => toText(json, addressed), ...(error === undefined ? {} : { error }) }
  }
}
