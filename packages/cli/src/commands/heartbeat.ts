import * as Flags from '@oclif/core/flags'
import { HEARTBEAT_STATUSES } from '@rally/core/model/heartbeat-statuses'
import { reportHeartbeat } from '@rally/core/usecases/task/report-heartbeat'
import { type Outcome, RallyCommand } from '../base-command.js'
import { parseCsv, sessionFlags } from '../flags.js'
import { toJson, toText } from '../views/task/heartbeat.js'

export default class Heartbeat extends RallyCommand {
  static override summary = 'Say that the work on a task goes on, and how.'
  static override description =
    'Write one when a task starts and at least every ten minutes, then pass the same --task-ref to status or watch: a task that misses its check-in shows up there. A status of blocked or needs_attention blocks the room.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --task-ref CART-1 --progress "sums work" --evidence src/cart.test.js',
    '<%= config.bin %> <%= command.id %> --task-ref CART-1 --status blocked --attention-reason "no access to the price list"',
  ]
  static override flags = {
    ...sessionFlags,
    'task-ref': Flags.string({ summary: 'Task it speaks of.', helpValue: 'REF', required: true }),
    status: Flags.option({ options: HEARTBEAT_STATUSES, default: 'running' as const })({ summary: 'How it goes.' }),
    'not-on-task': Flags.boolean({ summary: 'The session has drifted to something else.' }),
    progress: Flags.string({ summary: 'What changed since the last check-in.', helpValue: 'TEXT' }),
    evidence: Flags.string({ summary: 'Files, tests, commits that show it, separated by commas.', helpValue: 'REFS' }),
    'attention-reason': Flags.string({ summary: 'What needs a look.', helpValue: 'TEXT' }),
    'interval-seconds': Flags.integer({ summary: 'Seconds until the next check-in.', default: 600 }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(Heartbeat)
    const ctx = await this.rally.session(flags)
    const beat = await reportHeartbeat(ctx, {
      taskRef: flags['task-ref'],
      status: flags.status,
      stillOnTask: !flags['not-on-task'],
      progress: flags.progress,
      evidence: parseCsv(flags.evidence),
      attentionReason: flags['attention-reason'],
      intervalSeconds: flags['interval-seconds'],
    })
    return { json: toJson(beat), text: () => toText(beat) }
  }
}
