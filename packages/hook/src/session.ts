import { dirname, isAbsolute } from 'node:path'
import { isSafeId } from '@rally/core/ids'
import type { Channel } from '@rally/core/model/channel'
import type { Moment } from '@rally/core/model/moment'
import { childSessionId, type HookSettings, type Self } from '@rally/core/moments'
import { obj, text } from '@rally/core/readers'
import { isSessionOff, readHookSettings, readUserConfiguration } from '@rally/local/configuration/hook-settings'
import { resolveChannelSync } from '@rally/local/discovery/resolve-channel'
import { ignoresCase } from '@rally/local/repository/worktree-path'
import type { Env } from '@rally/local/system/user-dirs'

/** The session that a moment is about, and its room. */
export interface Session {
  readonly self: Self
  /** A subagent of the session that the host names. */
  readonly isChild: boolean
  readonly channel: Channel
  /** The channel's folder. */
  readonly root: string
  readonly settings: HookSettings
}

/** Why a moment has no session to act for; the words of the hook journal. */
export type NoSession = 'unsafe-id' | 'no-channel' | 'off'

/** Finds out who is asking and where, by looking at files only. */
export function openSession(moment: Moment, tool: string, env: Env): Session | NoSession {
  const { agentId } = moment
  const isChild = agentId !== undefined && agentId !== ''
  const sessionId = isChild ? childSessionId(moment.sessionId, agentId) : moment.sessionId
  const parent = isChild ? moment.sessionId : moment.parent
  if (![sessionId, tool, parent ?? sessionId].every(isSafeId)) return 'unsafe-id'
  const user = readUserConfiguration(env)
  const channel = findChannel(moment, env, text(obj(user).apps_root))
  if (channel === undefined || channel.worktree === null) return 'no-channel'
  const settings = readHookSettings(user, channel.worktree)
  const ids = parent === undefined ? [sessionId] : [sessionId, parent]
  if (!settings.enabled || isSessionOff(channel.dir, ids)) return 'off'
  const self: Self = {
    sessionId,
    tool,
    worktree: channel.worktree,
    caseInsensitive: moment.paths !== undefined && ignoresCase(channel.worktree),
    ...(parent === undefined ? {} : { parent }),
  }
  return { self, isChild, channel, root: channel.dir, settings }
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
