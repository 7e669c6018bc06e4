import type { Moment } from '@rally/core/model/moment'
import { type HostProcess, type InFlight, isInFlight, type PresenceFacts, planPresence } from '@rally/core/moments'
import type { JsonObject } from '@rally/core/readers'
import { readClaims } from '@rally/local/hot/claim-log'
import { findHostProcess } from '@rally/local/hot/host-process'
import { updatePresence } from '@rally/local/hot/presence-file'
import { tryLock } from '@rally/local/hot/told-file'
import { readBranch } from '@rally/local/hot/worktree-path'
import { registerAncestor } from '@rally/local/identity/ancestor-registry'
import { type Env, stateDir } from '@rally/local/system/user-dirs'
import type { Session } from './session.js'

/** How often a record is written again because files were claimed meanwhile. */
const ROUNDS = 4

export interface PresenceInput {
  readonly session: Session
  readonly moment: Moment
  readonly now: number
  readonly env: Env
  readonly machine: string
  /** This process, from which the host's is looked for upwards. */
  readonly hookPid: number
  /** The record as it was when the hook began. */
  readonly stored: JsonObject | undefined
  /** Set when the moment is an edit. */
  readonly own?: readonly InFlight[] | undefined
}

/**
 * Brings the session's record up to date if that is due. Hooks of one session that run at once lose nothing of each other:
 * each claims its files before it tries the lock, and whoever wrote looks again whether files were claimed after its look.
 */
export function keepPresence(input: PresenceInput): void {
  const { session, stored } = input
  const { root, self } = session
  const facts = factsOf(input)
  if (planPresence(stored, facts) === undefined) return
  let own = input.own
  for (let round = 0; round < ROUNDS; round++) {
    const unlock = tryLock(root, self.sessionId)
    if (unlock === undefined) return
    try {
      own = input.own === undefined ? undefined : ownClaims(input)
      const plan = { ...facts, own }
      updatePresence(root, self.sessionId, (current) => planPresence(current, plan))
    } finally {
      unlock()
    }
    if (own === undefined || sameFiles(own, ownClaims(input))) return
  }
}

function factsOf({ session, moment, now, machine, hookPid, stored, own, env }: PresenceInput): PresenceFacts {
  const { self, channel, isChild } = session
  // Looked up at a start only: going through ancestors and branches at each edit would cost more than the edit's own look.
  const isStart = ['session-start', 'prompt', 'child-start'].includes(moment.name) || stored === undefined
  const hostProcess = isStart ? findHostProcess(moment.hostPid, hookPid) : undefined
  if (hostProcess && !isChild)
    register(hostProcess, { sessionId: self.sessionId, tool: self.tool, cwd: moment.cwd, now, env })
  return {
    now,
    moment: moment.name,
    sessionId: self.sessionId,
    tool: self.tool,
    appSlug: channel.app,
    machine,
    cwd: moment.cwd,
    worktree: self.worktree,
    model: moment.model,
    parent: self.parent,
    label: moment.label ?? moment.agentType,
    own,
    ...(isStart ? { branch: readBranch(self.worktree), hostProcess } : {}),
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

function ownClaims({ session, now }: PresenceInput): InFlight[] {
  const { self, root } = session
  return readClaims(root, { sessionId: self.sessionId, paths: [], now, caseInsensitive: false }).filter(
    (claim) => claim.sessionId === self.sessionId && isInFlight(claim, now),
  )
}

function sameFiles(a: readonly InFlight[], b: readonly InFlight[]): boolean {
  const names = (claims: readonly InFlight[]): string =>
    JSON.stringify(claims.map(({ worktree, path }) => [worktree, path]).sort())
  return names(a) === names(b)
}
