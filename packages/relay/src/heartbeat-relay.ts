import type { Presence } from '@rally/core/model/presence'
import type { TaskHeartbeat } from '@rally/core/model/task-heartbeat'
import type { Transport } from '@rally/core/ports/transport'
import { str } from '@rally/core/readers'
import { isReaderStub } from '@rally/core/rules/presence/life'
import type { RelayContext } from './relay-context.js'
import { isForeign, relayedSessionId } from './rules/presence-copy.js'

export interface HeartbeatRelay {
  step(): Promise<boolean>
}

/** Carries the lines that decide a task's health, of every session that is present. */
export function createHeartbeatRelay({ home, hub, identity }: RelayContext): HeartbeatRelay {
  return {
    async step() {
      for (const session of await home.sessions.list()) {
        if (isReaderStub(session)) continue
        const foreign = isForeign(session, identity.machine)
        const there = foreign ? hubId(session) : relayedSessionId(session.session_id, identity.machine)
        const [from, to] = foreign ? [hub, home] : [home, hub]
        const [fromId, toId] = foreign ? [there, session.session_id] : [session.session_id, there]
        await copyLines({ from, fromId, to, toId, tool: session.tool })
      }
      return false
    },
  }
}

/** The id of a session of another machine on the hub. */
function hubId(session: Presence): string {
  const machine = str(session.machine)
  return session.session_id.endsWith(`@${machine}`) ? session.session_id : relayedSessionId(session.session_id, machine)
}

async function copyLines(copy: { from: Transport; fromId: string; to: Transport; toId: string; tool: string }) {
  const lines = await copy.from.heartbeats.latest(copy.tool, copy.fromId)
  if (lines.length === 0) return
  const known = new Set((await copy.to.heartbeats.latest(copy.tool, copy.toId)).map(lineKey))
  for (const line of lines) {
    if (!known.has(lineKey(line))) await copy.to.heartbeats.append({ ...line, session_id: copy.toId })
  }
}

function lineKey({ id, ts, task_ref, status }: TaskHeartbeat): string {
  return JSON.stringify([id, ts, task_ref, status])
}
