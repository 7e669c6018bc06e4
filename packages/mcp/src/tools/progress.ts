import type { HeartbeatStatus } from '@rally/core/model/heartbeat-statuses'
import type { Tool } from '../tool.js'
import { STRING, STRINGS } from './arguments-of-all.js'

/** What an agent at work says; what a release adds is left to commands. */
const STATUSES = ['running', 'waiting', 'blocked', 'needs_attention'] as const satisfies readonly HeartbeatStatus[]
const INTERVAL_SECS = 600

export const progress: Tool = {
  name: 'progress',
  description: 'Say what you do (task) and edit (files); with ref check in on that task',
  inputSchema: {
    type: 'object',
    properties: {
      task: STRING,
      files: STRINGS,
      ref: STRING,
      status: { ...STRING, enum: STATUSES },
      text: STRING,
      as: STRING,
    },
  },
  async run({ args, caller, api, room: { texts } }) {
    const [task, ref, text, files] = [args.text('task'), args.text('ref'), args.text('text'), args.texts('files')]
    const said = args.word('status')
    const status = STATUSES.find((word) => word === said)
    if (task === undefined && ref === undefined && files.length === 0) throw args.missing('task, files or ref')
    if (ref === undefined && (status !== undefined || text !== undefined))
      throw args.missing('ref beside status and text')
    const ctx = await caller.session()
    const lines: string[] = []
    if (task !== undefined || files.length > 0) {
      const filesInFlight = files.length === 0 ? undefined : files
      const presence = await api.usecases.announcePresence(ctx, { task, filesInFlight })
      lines.push(`the room sees you with: ${texts.line(presence.task ?? presence.phase)}`)
    }
    if (ref !== undefined) {
      const needsLook = status === 'blocked' || status === 'needs_attention'
      const beat = await api.usecases.reportHeartbeat(ctx, {
        taskRef: ref,
        status: status ?? 'running',
        stillOnTask: true,
        progress: text,
        evidence: [],
        attentionReason: needsLook ? text : undefined,
        intervalSeconds: INTERVAL_SECS,
      })
      lines.push(`${texts.line(beat.task_ref)}: ${beat.status}, next check-in due in ${beat.interval_seconds} s`)
    }
    return lines.join('\n')
  },
}
