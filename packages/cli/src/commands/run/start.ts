import * as Flags from '@oclif/core/flags'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { sessionFlags } from '../../flags.js'
import { requireRunIdentity } from '../../plugins/require-run-identity.js'
import { toJson, toText } from '../../views/run/run-start.js'

export default class RunStart extends RallyCommand {
  static override summary = 'Start the durable run of this repository, or resume the one that was started.'
  static override description =
    'The run identity outlives sessions and is the same in every worktree. Supplied by the build-loop plugin.'
  static override examples = ['<%= config.bin %> <%= command.id %> --tool my-loop --session-id s-1']
  static override flags = {
    ...sessionFlags,
    worktree: Flags.boolean({
      summary: 'Give a run that is started a worktree and a branch of its own, or do not start it.',
    }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(RunStart)
    const runIdentity = requireRunIdentity(this.rally, this.supplierOf('run-identity'))
    const { session, workdir } = await this.rally.session(flags)
    const { tool, sessionId } = session
    const run = await runIdentity.generateOrResume({ workdir, tool, sessionId, provisionWorktree: flags.worktree })
    return { json: toJson(run, sessionId), text: () => toText(run) }
  }
}
