import * as Flags from '@oclif/core/flags'
import { checkpointRead } from '@rally/core/usecases/status/checkpoint-read'
import { type Outcome, RallyCommand } from '../base-command.js'
import { parseCsv, sessionFlags } from '../flags.js'
import { renderCheckpoint } from '../views/status/checkpoint.js'

export default class Checkpoint extends RallyCommand {
  static override summary = 'Say what changed since this session last looked, and what to do about it.'
  static override description =
    `Moves the position of this session on, so that nothing is told twice. Changed dependencies ask for a reinstall, a new scan
of the architecture for a new baseline; a peer that has your files in flight is named.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --files src/cart.js,src/prices.js --json',
  ]
  static override flags = {
    ...sessionFlags,
    files: Flags.string({
      summary: 'Your files, separated by commas; else those of your presence.',
      helpValue: 'LIST',
    }),
    peek: Flags.boolean({ summary: 'Leave the position where it is.' }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(Checkpoint)
    const ctx = await this.rally.session(flags)
    const files = flags.files === undefined ? undefined : parseCsv(flags.files)
    const checkpoint = await checkpointRead(ctx, { files, peek: flags.peek })
    const json = { ...checkpoint, app_slug: ctx.channel.app }
    return { json, text: (terminal) => renderCheckpoint(checkpoint, { ...terminal, now: ctx.clock.now() }) }
  }
}
