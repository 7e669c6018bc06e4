import type { TaskHeartbeat } from '@rally/core/model/task-heartbeat'
import type { HeartbeatStore } from '@rally/core/ports/transport'
import { packBody } from './bodies.js'
import { compareAndStore } from './compare-and-store.js'
import type { Room } from './room.js'
import { createTurns } from './turns.js'

/** Tasks of one session whose newest lines are kept. */
const TASKS = 64

/** A key per tool and session holds the lines that can decide its health, in order of writing. */
export function createHeartbeatStore(room: Room): HeartbeatStore {
  const { names } = room
  const stream = names.bucketStream('heartbeats')
  const turns = createTurns()
  const subjectOf = (tool: string, sessionId: string) => names.key('heartbeats', tool, sessionId)

  return {
    append(heartbeat) {
      const subject = subjectOf(heartbeat.tool, heartbeat.session_id)
      const target = { what: 'a heartbeat', bucket: 'heartbeats' as const, stream, subject }
      return turns(subject, async () => {
        await compareAndStore(room, target, (known) =>
          packBody({ lines: deciding([...linesOf(known?.value), heartbeat]) }),
        )
      })
    },
    async latest(tool, sessionId) {
      return linesOf((await room.newest(stream, subjectOf(tool, sessionId)))?.value)
    },
  }
}

function linesOf(value: Record<string, unknown> | undefined): TaskHeartbeat[] {
  return Array.isArray(value?.lines) ? (value.lines as TaskHeartbeat[]) : []
}

/** Per task the newest line by time and the newest by order of writing; the newest overall are among them. */
function deciding(lines: readonly TaskHeartbeat[]): TaskHeartbeat[] {
  const refs = [...new Set(lines.map((line) => line.task_ref).reverse())].slice(0, TASKS)
  const keep = new Set<TaskHeartbeat>()
  for (const ref of refs) {
    const own = lines.filter((line) => line.task_ref === ref)
    keep.add(own.reduce((newest, line) => (line.ts >= newest.ts ? line : newest)))
    const last = own.at(-1)
    if (last !== undefined) keep.add(last)
  }
  return lines.filter((line) => keep.has(line))
}
