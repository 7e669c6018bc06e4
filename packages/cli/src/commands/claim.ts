import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { claimFiles } from '@rally/core/usecases/claim/claim-files'
import { type Outcome, RallyCommand } from '../base-command.js'
import { sessionFlags } from '../flags.js'
import { readLength } from '../length-argument.js'
import { claimJson, claimRefusal, claimText } from '../views/claim/claim.js'

export default class Claim extends RallyCommand {
  static override summary = 'Keep files for a session, so that nobody else claims or edits them unwarned.'
  static override description =
    `A file, a folder or a glob: * is any part of one name, ** any number of folders; quote globs, or the shell expands them.
A claim holds until its end, or its length after the session's last sign of life, and no longer than the session is there.
Of several who want the same at once exactly one gets it; the others exit 5 and hear who has it, why, and until when.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> "src/cart/**" --why "new price rules"',
    '<%= config.bin %> <%= command.id %> src/a.js docs/ --for 30m --shared',
  ]
  static override strict = false
  static override args = {
    pattern: Args.string({ ignoreStdin: true, description: 'Files, folders or globs.', required: true }),
  }
  static override flags = {
    ...sessionFlags,
    for: Flags.string({ summary: 'How long: 90s, 30m, 2h, 1d.', helpValue: 'TIME', default: '2h' }),
    why: Flags.string({ summary: 'What for; others read it.', helpValue: 'TEXT' }),
    shared: Flags.boolean({ summary: 'Others may claim the same files, if they share them, too.' }),
    to: Flags.string({ summary: 'Session that gets the claim; without it the one that asks.', helpValue: 'WHO' }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags, argv } = await this.parse(Claim)
    const secs = readLength(flags.for, '--for 30m or --for 2h')
    const ctx = await this.rally.session(flags)
    const patterns = argv.map(String)
    const { why, shared, to: forSession } = flags
    const answer = await claimFiles(ctx, { patterns, secs, why, shared, forSession })
    const json = claimJson(answer, ctx.channel.app)
    return answer.claimed
      ? { json, text: () => claimText(answer, ctx.session.sessionId) }
      : { json, text: () => '', error: claimRefusal(answer) }
  }
}
