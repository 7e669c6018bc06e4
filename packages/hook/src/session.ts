import { dirname, isAbsolute } from 'node:path'
import { isSafeId } from '@rally/core/ids'
import type { Channel } from '@rally/core/model/channel'
import type { Moment } from '@rally/core/model/moment'
import { childSessionId, type HookSettings, type HostProcess, type Self } from '@rally/core/moments'
import { int, type JsonObject, obj, text } from '@rally/core/readers'
import { readPresence } from '@rally/local/channel-files/presence-records'
import { isSessionOff, readHookSettings, readUserConfiguration } from '@rally/local/configuration/hook-settings'
import { ensureChannel } from '@rally/local/discovery/ensure-channel'
import { resolveChannelSync } from '@rally/local/discovery/resolve-channel'
import { findHostProcess } from '@rally/local/identity/host-process'
import { ignoresCase } from '@rally/local/repository/worktree-path'
import { isOfAnotherUser } from '@rally/local/system/owner'
import type { Env } from '@rally/local/system/user-dirs'
import { findWriter } from './writer.js'

/** The session that a moment is about, and its room. */
export interface Session {
  readonly self: Self
  /** A subagent of the session that the host names. */
  readonly isChild: boolean
  readonly channel: Channel
  /** The channel's folder. */
  readonly root: string
  /** Where the user's configuration puts rooms. */
  readonly appsRoot: string | undefined
  readonly settings: HookSettings
  /** The record of this session as it was when the hook began. */
  readonly stored: JsonObject | undefined
  /** The id under which the host knows the conversation, and whether more than one process has it open. */
  readonly conversation: string
  readonly isShared: boolean
  /** The process of the host's program; null where it cannot be told. Looked up when it is first asked for. */
  readonly hostProcess: () => HostProcess | null
}

/** Why a moment has no session to act for; the words of the hook journal. */
export type NoSession = 'unsafe-id' | 'no-channel' | 'off'

export interface SessionQuestion {
  readonly moment: Moment
  readonly tool: string
  readonly env: Env
  /** This process. */
  readonly hookPid: number
  /** Epoch seconds. */
  readonly now: number
}

/** Finds out who is asking and where, by looking at files only. */
export function openSession({ moment, tool, env, hookPid, now }: SessionQuestion): Session | NoSession {
  const { agentId, sessionId: conversation } = moment
  const isChild = agentId !== undefined && agentId !== ''
  const named = isChild ? childSessionId(conversation, agentId) : conversation
  if (![named, tool, moment.parent ?? named].every(isSafeId)) return 'unsafe-id'
  const user = readUserConfiguration(env)
  const appsRoot = text(obj(user).apps_root)
  const channel = findChannel(moment, env, appsRoot)
  if (channel === undefined || channel.worktree === null) return 'no-channel'
  const settings = readHookSettings(user, channel.worktree, channel.repoRoot)
  const hostProcess = findHostOnce(moment, { root: channel.dir, hookPid })
  const writer = findWriter({ root: channel.dir, moment, hostProcess, now })
  const sessionId = isChild ? childSessionId(writer.sessionId, agentId) : writer.sessionId
  const parent = isChild ? writer.sessionId : moment.parent
  const ids = [...new Set([sessionId, conversation, ...(parent === undefined ? [] : [parent])])]
  if (!settings.enabled || isSessionOff(channel.dir, ids) || isOfAnotherUser(channel.dir, env)) return 'off'
  const self: Self = {
    sessionId,
    tool,
    worktree: channel.worktree,
    caseInsensitive: moment.paths !== undefined && ignoresCase(channel.worktree),
    ...(parent === undefined ? {} : { parent }),
  }
  const root = channel.dir
  const stored = isChild ? readPresence(root, sessionId) : writer.stored
  const { isShared } = writer
  return { self, isChild, channel, root, appsRoot, settings, stored, conversation, isShared, hostProcess }
}

/** A process that an earlier hook found is believed to be the host's, unless the session begins here. */
function findHostOnce(
  { name, hostPid, sessionId }: Moment,
  { root, hookPid }: { root: string; hookPid: number },
): () => HostProcess | null {
  let found: HostProcess | null | undefined
  return () => {
    if (found !== undefined) return found
    const stored = name === 'session-start' ? undefined : readPresence(root, sessionId)
    const [pid, started] = [int(stored?.host_pid), text(stored?.host_started)]
    const known = pid === undefined || started === undefined ? undefined : { pid, started }
    found = findHostProcess({ named: hostPid, hookPid, known })
    return found
  }
}

/** The room of the folder that the session works in; outside of any repository, that of the first file it edits. */
function findChannel(moment: Moment, env: Env, appsRoot: string | undefined): Channel | undefined {
  const first = moment.paths?.find(isAbsolute)
  for (const folder of [moment.cwd, ...(first === undefined ? [] : [dirname(first)])]) {
    try {
      if (folder !== '') return resolveChannelSync(folder, env, { appsRoot })
    } catch {
      // No repository there, or a folder that does not exist (yet).
    }
  }
  return undefined
}

/** The session in a room that exists and is its repository's. */
export function ensured(session: Session): Session {
  const channel = ensureChannel(session.channel)
  return { ...session, channel, root: channel.dir }
}
