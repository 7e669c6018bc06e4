import { NOTHING_TOLD } from '@rally/core/moments'
import { int, type JsonObject, text } from '@rally/core/readers'
import { leaveChannel } from '@rally/local/channel-files/leave-channel'
import { listPresence, readPresence } from '@rally/local/channel-files/presence-records'
import { readRevision } from '@rally/local/channel-files/revision'
import { readTold, tryLock, writeTold } from '@rally/local/channel-files/told-file'
import { unregisterAncestor } from '@rally/local/identity/ancestor-registry'
import { type Env, stateDir } from '@rally/local/system/user-dirs'
import type { Session } from './session.js'

/**
 * The session leaves: its files are given back, its record and those of its subagents go. What it was told stays: it may be
 * resumed, and nothing is said twice.
 */
export function leave({ root, self, isChild }: Session, { now, env }: { now: number; env: Env }): void {
  const { sessionId } = self
  for (const id of listPresence(root)) {
    const isChildOfOurs = !isChild && id.startsWith(`${sessionId}.`)
    if (id !== sessionId && !isChildOfOurs) continue
    const presence = readPresence(root, id)
    if (isChildOfOurs && presence?.parent !== sessionId) continue
    const host = isChild ? undefined : hostOf(presence)
    if (host !== undefined) unregisterAncestor({ stateDir: stateDir(env), process: host, sessionId: id, now })
    leaveChannel(root, id, now)
  }
  noteRevision({ root, sessionId })
}

function hostOf(presence: JsonObject | undefined): { pid: number; start: string } | undefined {
  const pid = int(presence?.host_pid)
  const start = text(presence?.host_started)
  return pid === undefined || start === undefined ? undefined : { pid, start }
}

/** What it wrote until now, or could have read, is no news when it comes back. */
function noteRevision({ root, sessionId }: { root: string; sessionId: string }): void {
  const told = readTold(root, sessionId)
  const unlock = told === undefined ? undefined : tryLock(root, sessionId)
  if (unlock === undefined) return
  try {
    writeTold(root, sessionId, { ...(readTold(root, sessionId) ?? NOTHING_TOLD), revision: readRevision(root) })
  } finally {
    unlock()
  }
}
