import type { Moment } from '@rally/core/model/moment'
import { type HostProcess, type InFlight, type PresenceFacts, planPresence } from '@rally/core/moments'
import { PRESENCE_RENEW_SECS } from '@rally/core/moments/presence-plan'
import type { HostAdapter } from '@rally/core/ports/host'
import { type JsonObject, num, text } from '@rally/core/readers'
import { type OwnWork, ownSize, readOwnWork } from '@rally/local/channel-files/inflight-log'
import { readPresence } from '@rally/local/channel-files/presence-records'
import { tryLock } from '@rally/local/channel-files/told-file'
import type { KeptRecord } from '@rally/local/hook-files/gate-note'
import { registerAncestor } from '@rally/local/identity/ancestor-registry'
import { treeId } from '@rally/local/repository/tree-id'
import { readBranch, type WorktreePath } from '@rally/local/repository/worktree-path'
import { type Env, stateDir } from '@rally/local/system/user-dirs'
import { presenceName, replacePresence } from '@rally/local/transport/sessions/presence-file'
import type { ActInput } from './act-input.js'
import type { Session } from './session.js'
import { nameOf } from './session-name.js'

/** How often a record is written again because files were announced meanwhile. */
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
  /** What the host calls its sessions. */
  readonly word: string | undefined
  /** The files of this room that an edit touches. */
  readonly files?: readonly WorktreePath[] | undefined
  /** The branch that it was told of, where that was looked at. */
  readonly branchSeen?: PresenceFacts['branchSeen']
  /** What this session has in flight, where an edit knows it already. */
  readonly work?: OwnWork | undefined
}

/** What a moment says of a session in one of its rooms. */
export function presenceOf(input: ActInput, session: Session): PresenceInput {
  const { conversations, shortName } = input.adapter
  return { ...input, session, stored: session.stored, conversations, word: shortName }
}

/**
 * Brings the session's record up to date if that is due. Hooks of one session that run at once lose nothing of each other:
 * each announces its files before it tries the lock, and whoever wrote looks again whether files were announced after its look.
 * Answers whether the record needed nothing.
 */
export function keepPresence(input: PresenceInput): 'as-it-was' | 'due' {
  const { session, stored } = input
  const { root, self } = session
  const facts = factsOf(input)
  let work = input.work ?? (input.files === undefined ? undefined : readAgain(input, undefined))
  if (planPresence(stored, { ...facts, own: work?.own }) === undefined) return 'as-it-was'
  for (let round = 0; round < ROUNDS; round++) {
    const unlock = tryLock(root, self.sessionId)
    if (unlock === undefined) return 'due'
    try {
      work = input.files === undefined ? undefined : readAgain(input, work)
      const plan = { ...facts, own: work?.own }
      replacePresence({ root, synced: false, hurried: true }, self.sessionId, (current) => planPresence(current, plan))
    } finally {
      unlock()
    }
    if (work === undefined || sameFiles(work.own, readAgain(input, work).own)) break
  }
  return 'due'
}

/** The record of a session and when it was written; undefined where there is none. */
export function keptRecord(
  root: string,
  sessionId: string,
  stored = readPresence(root, sessionId),
): KeptRecord | undefined {
  const at = num(stored?.last_seen)
  return at === undefined ? undefined : { path: `${root}/${presenceName(sessionId)}`, at }
}

function factsOf(input: PresenceInput): PresenceFacts {
  const { session, moment, now, machine, stored, env, conversations, word } = input
  const { self, channel, isChild } = session
  // Looked up at a start only, and when the record is written anew: going through ancestors and branches at each edit would
  // cost more than the edit's own look.
  const isDue = now - (num(stored?.last_seen) ?? 0) > PRESENCE_RENEW_SECS
  const isStart = isDue || ['session-start', 'prompt', 'child-start'].includes(moment.name)
  const worktree = treeOfWork(input)
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
    worktree,
    ...(isStart || worktree !== stored?.worktree ? { tree: treeId(worktree) } : {}),
    model: moment.model,
    parent: self.parent,
    label: moment.label ?? moment.agentType,
    branchSeen: input.branchSeen,
    ...(isStart
      ? {
          machine: machine(),
          branch: readBranch(worktree),
          hostProcess,
          name: nameOf(session, { stored, word, now }),
        }
      : {}),
    // Of an ancestor that is only taken for the host it is not known what it serves.
    ...(conversations === 'one' && hostProcess && hostProcess.pid === moment.hostPid ? { conversations } : {}),
  }
}

/** A session is where it edits: in another working tree of its repository, too, without going there. */
export function treeOfWork({
  session: { self },
  moment,
  stored,
  files,
}: Pick<PresenceInput, 'session' | 'moment' | 'stored' | 'files'>): string {
  if (files?.[0] !== undefined) {
    return files.some(({ worktree }) => worktree === self.worktree) ? self.worktree : files[0].worktree
  }
  const stays = moment.name !== 'session-start' && stored?.cwd === moment.cwd
  return (stays ? text(stored?.worktree) : undefined) ?? self.worktree
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

/** Reads the session's announcements unless nothing was appended since the time before. */
function readAgain({ session, now }: PresenceInput, before: OwnWork | undefined): OwnWork {
  const { self, root } = session
  if (before !== undefined && before.size === ownSize(root, self.sessionId)) return before
  return readOwnWork(root, self.sessionId, now)
}

function sameFiles(a: readonly InFlight[], b: readonly InFlight[]): boolean {
  if (a === b) return true
  const names = (claims: readonly InFlight[]): string =>
    JSON.stringify(claims.map(({ worktree, path }) => [worktree, path]).sort())
  return names(a) === names(b)
}
