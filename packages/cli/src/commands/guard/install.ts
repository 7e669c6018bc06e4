import { changeGuard } from '@rally/installer'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { roomFlags } from '../../flags.js'
import { byHand, findGuardPlace, hookJson, outsideError } from '../../installing/guard-hook.js'
import { dryRunFlag } from '../../installing/hook-flags.js'
import { makeSurroundings } from '../../installing/make-surroundings.js'
import { refusalError } from '../../installing/refusal-error.js'
import { guardHookText } from '../../views/guard/guard-hook.js'

export default class GuardInstall extends RallyCommand {
  static override summary = "Ask rally guard before every commit: adds a line to this repository's pre-commit hook."
  static override description =
    `An agent hears whose work its commit would take along, a person of what agents are at work on. The commit goes on, unless
"guard": "deny" in the configuration keeps an agent's back. Without rally, or when rally fails, it goes on as well.
Only the git folder is changed, for all its working trees. A hook that is there stays as it is, byte for byte: a shell script gets
the line behind its first one, any other is run afterwards. Where hooks lie in the working tree (husky) the line is printed.`
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --dry-run']
  static override flags = { ...roomFlags, 'dry-run': dryRunFlag['dry-run'] }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(GuardInstall)
    const { repoRoot, hooks } = await findGuardPlace(this.rally, flags.workdir)
    const dryRun = flags['dry-run']
    if (hooks.where === 'outside') throw outsideError(hooks)
    if (hooks.where === 'tree') {
      const json = byHand('install', repoRoot, hooks)
      return { json, text: () => guardHookText(json, { intent: 'install', dryRun }), verbatim: true }
    }
    const change = await changeGuard('install', hooks.folder, makeSurroundings(this.rally.env, repoRoot), { dryRun })
    const json = hookJson(change, repoRoot, change.refusal === undefined && !(dryRun && change.changed))
    return { json, text: () => guardHookText(json, { intent: 'install', dryRun }), error: refusalError([change]) }
  }
}
