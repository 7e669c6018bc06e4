import type { Moment } from '@rally/core/model/moment'
import { type InFlight, isInFlight, type PresenceFacts, planPresence } from '@rally/core/moments'
import type { JsonObject } from '@rally/core/readers'
import { readClaims } from '@rally/local/hot/claim-log'
import { findHostProcess } from '@rally/local/hot/host-process'
import { readPresence, updatePresence } from '@rally/local/hot/presence-file'
import { tryLock } from '@rally/local/hot/told-file'
import { readBranch } from '@rally/local/hot/worktree-path'
import type { Session } from './session.js'

/** How often a record is written again because files were claimed meanwhile. */
const ROUNDS = 4

export interface PresenceInput {
  readonly session: Session
  readonly moment: Moment
  readonly now: number
  readonly machine: string
  readonly parentPid: number
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

function factsOf({ session, moment, now, machine, parentPid, stored, own }: PresenceInput): PresenceFacts {
  const isStart = ['session-start', 'prompt', 'child-start'].includes(moment.name) || stored === undefined
  return {
    now,
    moment: moment.name,
    sessionId: session.self.sessionId,
    tool: session.self.tool,
    appSlug: session.channel.app,
    machine,
    cwd: moment.cwd,
    worktree: session.self.worktree,
    model: moment.model,
    parent: session.self.parent,
    label: moment.label ?? moment.agentType,
    own,
    // Found once: looking through ancestors and branches at each edit would cost more than the edit's own look.
    ...(isStart ? { branch: readBranch(session.self.worktree), hostProcess: findHostProcess(moment.hostPid, parentPid) } : {}),
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

/** The session's record, read once at the beginning of a hook. */
export function storedPresence({ root, self }: Session): JsonObject | undefined {
  return readPresence(root, self.sessionId)
}
