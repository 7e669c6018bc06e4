import { RallyError } from '../../errors.js'
import { HEARTBEAT_STATUSES } from '../../model/heartbeat-statuses.js'
import type { TaskHeartbeat } from '../../model/task-heartbeat.js'
import { type HeartbeatInput as HeartbeatParts, makeHeartbeat } from '../../rules/task/heartbeat-record.js'
import type { SessionContext } from '../context.js'
import { readRun } from '../log/draft-record.js'

/** What a session says of its task. */
export type HeartbeatReport = Pick<
  HeartbeatParts,
  'taskRef' | 'status' | 'stillOnTask' | 'progress' | 'evidence' | 'attentionReason' | 'intervalSeconds'
>

/**
 * Says how the work on a task goes (protocol section 5). Neither the log nor the revision changes.
 * Throws USAGE without a task or with a status that is none, and what the transport throws.
 */
export async function reportHeartbeat(ctx: SessionContext, report: HeartbeatReport): Promise<TaskHeartbeat> {
  const { session } = ctx
  if (report.taskRef.trim() === '')
    throw new RallyError('USAGE', { message: 'a heartbeat needs the task it speaks of' })
  if (report.status !== undefined && !HEARTBEAT_STATUSES.includes(report.status)) {
    throw new RallyError('USAGE', {
      message: `${JSON.stringify(report.status)} is not the status of a task`,
      hint: `it is one of ${HEARTBEAT_STATUSES.join(', ')}`,
    })
  }
  const heartbeat = makeHeartbeat(
    {
      ...report,
      sessionId: session.sessionId,
      tool: session.tool,
      model: session.model,
      runId: session.runId,
      appSlug: ctx.channel.app,
      run: await readRun(ctx, ctx.workdir),
    },
    ctx.clock.now(),
  )
  await ctx.transport.heartbeats.append(heartbeat)
  return heartbeat
}
