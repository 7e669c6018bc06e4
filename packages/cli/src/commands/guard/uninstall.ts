import { changeGuard, type GuardChange, type Surroundings } from '@rally/installer'
import type { HooksFolder } from '@rally/local/repository/hooks-folder'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { roomFlags } from '../../flags.js'
import { byHand, findGuardPlace, hookJson } from '../../installing/guard-hook.js'
import { dryRunFlag } from '../../installing/hook-flags.js'
import { makeSurroundings } from '../../installing/make-surroundings.js'
import { refusalError } from '../../installing/refusal-error.js'
import { guardHookText } from '../../views/guard/guard-hook.js'

export default class GuardUninstall extends RallyCommand {
  static override summary = "Take rally guard out of this repository's pre-commit hook again."
  static override description =
    'The hook is restored exactly; what you changed around the line stays. A hook that rally made is removed.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --dry-run']
  static override flags = { ...roomFlags, 'dry-run': dryRunFlag['dry-run'] }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(GuardUninstall)
    const { repoRoot, hooks } = await findGuardPlace(this.rally, flags.workdir)
    const dryRun = flags['dry-run']
    const changes = await changeAll(hooks, makeSurroundings(this.rally.env, repoRoot), dryRun)
    const error = refusalError(changes)
    const change = changes.find(({ changed, refusal }) => changed || refusal !== undefined)
    if (change === undefined && hooks.where === 'tree') {
      const json = byHand('uninstall', repoRoot, hooks)
      return { json, text: () => guardHookText(json, { intent: 'uninstall', dryRun }), verbatim: true }
    }
    const shown = change ?? changes[0] ?? NOTHING
    const json = hookJson(shown, repoRoot, error !== undefined || (dryRun && shown.changed))
    return { json, text: () => guardHookText(json, { intent: 'uninstall', dryRun }), error }
  }
}

const NOTHING: GuardChange = { path: '', changed: false, kind: null, kept: null, notes: [] }

/** core.hooksPath may have been set since it was put in: then the line still stands in the usual place. */
async function changeAll(hooks: HooksFolder, surroundings: Surroundings, dryRun: boolean): Promise<GuardChange[]> {
  const folders = [...new Set([...(hooks.where === 'git' ? [hooks.folder] : []), hooks.usual])]
  const changes: GuardChange[] = []
  for (const folder of folders) changes.push(await changeGuard('uninstall', folder, surroundings, { dryRun }))
  return changes
}
