import * as Flags from '@oclif/core/flags'
import { postStatus } from '@rally/core/usecases/status/post-status'
import { type Outcome, RallyCommand } from '../base-command.js'
import { sessionFlags } from '../flags.js'
import { toJson, toText } from '../views/status/status-post.js'

export default class StatusPost extends RallyCommand {
  static override summary = "Point everybody at the run's status document."
  static override description = 'status-read finds the newest pointer again.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --file docs/status.md --summary "checkout half done"',
  ]
  static override flags = {
    ...sessionFlags,
    file: Flags.string({ summary: 'The document.', helpValue: 'PATH', required: true }),
    'committed-sha': Flags.string({ summary: 'Commit that holds it.', helpValue: 'SHA' }),
    summary: Flags.string({ summary: 'What it says, in a sentence.', helpValue: 'TEXT', default: '' }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(StatusPost)
    const ctx = await this.rally.session(flags)
    const { file, summary, 'committed-sha': committedSha } = flags
    const post = { file, committedSha, summary }
    const json = toJson(await postStatus(ctx, post), post, ctx.channel.app)
    return { json, text: () => toText(json) }
  }
}
