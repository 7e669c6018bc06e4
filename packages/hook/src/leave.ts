import type { Moment } from '@rally/core/model/moment'
import { type HostProcess, NOTHING_TOLD } from '@rally/core/moments'
import { int, type JsonObject, text } from '@rally/core/readers'
import { leaveChannel } from '@rally/local/channel-files/leave-channel'
import { listPresence, readPresence } from '@rally/local/channel-files/presence-records'
import { readRevision } from '@rally/local/channel-files/revision'
import { readTold, tryLock, writeTold } from '@rally/local/channel-files/told-file'
import { sessionsOfAncestor, unregisterAncestor } from '@rally/local/identity/ancestor-registry'
import { roomsOf } from '@rally/local/identity/session-rooms'
import { type Env, stateDir } from '@rally/local/system/user-dirs'
import type { Session } from './session.js'
import { findWriter } from './writer.js'

export interface Leaving {
  readonly now: number
  readonly env: Env
}

/**
 * A session leaves every room that it registered in, whatever folder it is in by now: its files are given back, its record and
 * those of its subagents go. What it was told stays: it may be resumed, and nothing is said twice. Of a conversation that is
 * open in several processes only the part of this one ends.
 */
export function leave(session: Session, leaving: Leaving): void {
  const { self, isChild, root, hostProcess } = session
  removeSession(root, self.sessionId, { ...leaving, isChild })
  for (const other of roomsOf(stateDir(leaving.env), session.conversation)) {
    if (other === root) continue
    if (isChild) removeSession(other, self.sessionId, { ...leaving, isChild })
    else leaveRoom(other, session.conversation, { ...leaving, hostProcess })
  }
}

/** A session that ends outside of any room leaves the rooms that it has been in. */
export function leaveFromAfar(
  moment: Pick<Moment, 'sessionId'>,
  { hostProcess, ...leaving }: Leaving & { hostProcess: () => HostProcess | null },
): void {
  for (const root of roomsOf(stateDir(leaving.env), moment.sessionId)) {
    leaveRoom(root, moment.sessionId, { ...leaving, hostProcess })
  }
}

function leaveRoom(
  root: string,
  sessionId: string,
  { hostProcess, ...leaving }: Leaving & { hostProcess: () => HostProcess | null },
): void {
  const writer = findWriter({ root, moment: { name: 'session-end', sessionId }, hostProcess, now: leaving.now })
  if (writer.stored !== undefined) removeSession(root, writer.sessionId, { ...leaving, isChild: false })
}

/**
 * Where a program has one conversation at a time, one that begins there has ended the one before, also if nobody said so. Of
 * what else is registered for the process only sessions of the same host count.
 */
export function endFormer({ self, conversation, hostProcess }: Session, { now, env }: Leaving): void {
  const process = hostProcess()
  if (process === null) return
  const ref = { pid: process.pid, start: process.started }
  for (const former of sessionsOfAncestor(stateDir(env), ref, now)) {
    const { sessionId, tool } = former
    if (tool !== self.tool || sessionId === self.sessionId || sessionId === conversation) continue
    unregisterAncestor({ stateDir: stateDir(env), process: ref, sessionId, now })
    for (const root of roomsOf(stateDir(env), conversationOf(sessionId))) {
      const presence = readPresence(root, sessionId)
      const isThere = presence?.host_pid === process.pid && presence.host_started === process.started
      if (isThere) removeSession(root, sessionId, { now, env, isChild: false })
    }
  }
}

/** The conversation of a writer's id. */
function conversationOf(sessionId: string): string {
  return sessionId.replace(/\.[2-9]$/, '')
}

function removeSession(root: string, sessionId: string, { now, env, isChild }: Leaving & { isChild: boolean }): void {
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
