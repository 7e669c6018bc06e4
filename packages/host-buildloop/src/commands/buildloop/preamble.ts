import * as Flags from '@oclif/core/flags'
import type { PluginOutcome, RallyApi } from '@rally/core/plugin-api/rally-api'
import { PluginCommand, parseCsv, sessionFlags, toRequest } from '@rally/plugin-kit/commands'
import { createRunIdentity } from '../../run/run-identity.js'
import { toJson, toText } from '../../views/preamble.js'

/** The phase that a run begins with. */
const FIRST_PHASE = 'assess'

export default class Preamble extends PluginCommand {
  static override summary = 'Begin a run: identity first, then presence and what changed.'
  static override description =
    'Starts the durable run of this repository or resumes it before anything is written to the room, announces the session in the phase "assess", and says what changed since it last looked.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --session-id loop-1 --tool my-loop --task "ship the cart"',
  ]
  static override flags = {
    ...sessionFlags,
    task: Flags.string({ summary: 'What the run is about.', helpValue: 'TEXT' }),
    worktree: Flags.boolean({
      summary: 'Give a run that is started a worktree and a branch of its own, or do not start it.',
    }),
    'files-in-flight': Flags.string({ summary: 'Files being edited, separated by commas.', helpValue: 'PATHS' }),
  }

  protected async execute(api: RallyApi): Promise<PluginOutcome> {
    const { flags } = await this.parse(Preamble)
    const ctx = await api.session(toRequest(flags))
    const { sessionId, tool } = ctx.session
    const runs = api.runIdentity ?? createRunIdentity()
    const { workdir } = ctx
    const run = await runs.generateOrResume({ workdir, tool, sessionId, provisionWorktree: flags.worktree })
    const files = parseCsv(flags['files-in-flight'])
    await api.usecases.announcePresence(ctx, { phase: FIRST_PHASE, task: flags.task, filesInFlight: files })
    const checkpoint = await api.usecases.checkpointRead(ctx)
    return { json: toJson(run, { phase: FIRST_PHASE, checkpoint }, ctx), text: toText(run, checkpoint) }
  }
}
