import type { Moment } from '@rally/core/model/moment'
import { type HostProcess, type InFlight, isInFlight, type PresenceFacts, planPresence } from '@rally/core/moments'
import { PRESENCE_REFRESH_SECS } from '@rally/core/moments/presence-plan'
import type { HostAdapter } from '@rally/core/ports/host'
import { type JsonObject, num } from '@rally/core/readers'
import { claimSizes, lookAtClaims } from '@rally/local/channel-files/claim-log'
import { tryLock } from '@rally/local/channel-files/told-file'
import { registerAncestor } from '@rally/local/identity/ancestor-registry'
import { readBranch } from '@rally/local/repository/worktree-path'
import { type Env, stateDir } from '@rally/local/system/user-dirs'
import { replacePresence } from '@rally/local/transport/sessions/presence-file'
import type { Session } from './session.js'
import { nameOf } from './session-name.js'

/** How often a record is written again because files were claimed meanwhile. */
const ROUNDS = 4

export interface PresenceInput {
  readonly session: Session
  readonly moment: Moment
  readonly now: number
  readonly env: Env
  readonly machine: () => string
  /** The record as it was when the hook began. */
  readonly stored: JsonObject | undefined
  readonly conversations?: HostAdapter['conversations'] | undefined
  readonly isEdit: boolean
  /** What the host calls its sessions. */
  readonly word: string | undefined
  /** What this session has in flight, where an edit has looked already. */
  readonly look?: OwnLook | undefined
}

/** A session's files in flight, and the lengths of the slices from which that is known. */
interface OwnLook {
  readonly own: readonly InFlight[]
  readonly sizes: string
}

/**
 * Brings the session's record up to date if that is due. Hooks of one session that run at once lose nothing of each other:
 * each claims its files before it tries the lock, and whoever wrote looks again whether files were claimed after its look.
 * Answers whether the record needed nothing.
 */
export function keepPresence(input: PresenceInput): 'as-it-was' | 'due' {
  const { session, stored } = input
  const { root, self } = session
  const facts = factsOf(input)
  let look = input.look ?? (input.isEdit ? lookAgain(input, undefined) : undefined)
  if (planPresence(stored, { ...facts, own: look?.own }) === undefined) return 'as-it-was'
  for (let round = 0; round < ROUNDS; round++) {
    const unlock = tryLock(root, self.sessionId)
    if (unlock === undefined) return 'due'
    try {
      look = input.isEdit ? lookAgain(input, look) : undefined
      const plan = { ...facts, own: look?.own }
      replacePresence({ root, synced: false, hurried: true }, self.sessionId, (current) => planPresence(current, plan))
    } finally {
      unlock()
    }
    if (look === undefined || sameFiles(look.own, lookAgain(input, look).own)) break
  }
  return 'due'
}

function factsOf(input: PresenceInput): PresenceFacts {
  const { session, moment, now, machine, stored, env, conversations, word } = input
  const { self, channel, isChild } = session
  // Looked up at a start only, and when the record is written anew: going through ancestors and branches at each edit would cost more than the edit's own look.
  const isDue = now - (num(stored?.last_seen) ?? 0) > PRESENCE_REFRESH_SECS
  const isStart = isDue || ['session-start', 'prompt', 'child-start'].includes(moment.name)
  const hostProcess = isStart ? session.hostProcess() : undefined
  if (hostProcess && !isChild)
    register(hostProcess, { sessionId: self.sessionId, tool: self.tool, cwd: moment.cwd, now, env })
  return {
    now,
    moment: moment.name,
    sessionId: self.sessionId,
    tool: self.tool,
    appSlug: channel.app,
    cwd: moment.cwd,
    worktree: self.worktree,
    model: moment.model,
    parent: self.parent,
    label: moment.label ?? moment.agentType,
    ...(isStart
      ? {
          machine: machine(),
          branch: readBranch(self.worktree),
          hostProcess,
          name: nameOf(session, { stored, word, now }),
        }
      : {}),
    ...(isStart && conversations === 'one' ? { conversations } : {}),
  }
}

/** So that a command typed below the host finds its session. A subagent's shell speaks for its parent. */
function register(
  { pid, started }: HostProcess,
  { env, ...session }: { sessionId: string; tool: string; cwd: string; now: number; env: Env },
): void {
  try {
    registerAncestor({ ...session, stateDir: stateDir(env), process: { pid, start: started } })
  } catch {
    // No home, no space: commands then need to be told who asks.
  }
}

/** Reads the claims unless nothing was appended since the look before. */
function lookAgain({ session, now }: PresenceInput, before: OwnLook | undefined): OwnLook {
  const { self, root } = session
  if (before !== undefined && before.sizes === claimSizes(root, now)) return before
  const query = { sessionId: self.sessionId, paths: [], now, caseInsensitive: false }
  const { claims, sizes } = lookAtClaims(root, query)
  return { sizes, own: claims.filter((claim) => claim.sessionId === self.sessionId && isInFlight(claim, now)) }
}

function sameFiles(a: readonly InFlight[], b: readonly InFlight[]): boolean {
  if (a === b) return true
  const names = (claims: readonly InFlight[]): string =>
    JSON.stringify(claims.map(({ worktree, path }) => [worktree, path]).sort())
  return names(a) === names(b)
}
