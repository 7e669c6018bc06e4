import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { whoTouched } from '@rally/core/usecases/timeline/who-touched'
import { type Outcome, RallyCommand } from '../base-command.js'
import { readFileArgument } from '../file-argument.js'
import { sessionFlags } from '../flags.js'
import { readInstant } from '../instant-flag.js'
import { readPrompts } from '../prompts-setting.js'
import { renderWho, whoJson } from '../views/log/who.js'

export default class Who extends RallyCommand {
  static override summary = 'Show who edits a file now, who claimed it, and who edited it when.'
  static override description =
    `A file, a folder or a glob; quote globs, or the shell expands them. Edits are those that hooks of this machine saw; they are
remembered for seven days (history.days).`
  static override examples = [
    '<%= config.bin %> <%= command.id %> src/cart.js',
    '<%= config.bin %> <%= command.id %> src/ "docs/**" --since 7d',
  ]
  static override strict = false
  static override args = {
    file: Args.string({ ignoreStdin: true, description: 'Files, folders or globs.', required: true }),
  }
  static override flags = {
    ...sessionFlags,
    since: Flags.string({ summary: 'How far back: 90s, 2h, 7d, or a time.', helpValue: 'TIME', default: '24h' }),
    all: Flags.boolean({ summary: 'Every edit, however many there are.' }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags, argv } = await this.parse(Who)
    const ctx = await this.rally.look(flags)
    const now = ctx.clock.now()
    const since = readInstant('since', flags.since, now) ?? 0
    const files = argv.map((named) => readFileArgument(String(named), ctx))
    const found = await whoTouched(ctx, { files, since, prompts: await readPrompts(this.rally, ctx.channel) })
    return {
      json: whoJson(found, { app: ctx.channel.app, files, since }),
      text: () => renderWho(found, { now, all: flags.all, files, since }),
    }
  }
}
