import { isRallyError } from '../../errors.js'
import { requireSafeId } from '../../ids.js'
import type { Presence } from '../../model/presence.js'
import type { RunIdentity } from '../../model/run-identity.js'
import { obj, strings } from '../../readers.js'
import { isReaderStub } from '../../rules/presence/life.js'
import { isPerson, personName } from '../../rules/roster/person.js'
import { isSessionName, nameStem } from '../../rules/roster/session-names.js'
import type { SessionContext } from '../context.js'
import { readRun } from '../log/draft-record.js'

export const DEFAULT_PHASE = 'rally-point'

/** What is not given stays as it is. */
export interface PresenceInput {
  readonly phase?: string | undefined
  /** What the session is doing; of a session that never said it, the phase. */
  readonly task?: string | undefined
  readonly filesInFlight?: readonly string[] | undefined
  /** Subagents that the session has started, by type. */
  readonly spawned?: Readonly<Record<string, number>> | undefined
  /** Seconds until the next presence, where the session promises one. */
  readonly plannedHeartbeatSecs?: number | undefined
}

const RUN_KEYS = ['build_loop_id', 'build_loop_started_at', 'build_loop_run_label'] as const

/**
 * Says that this session is here and what it does (protocol section 4), or refreshes that. What is not given, and what
 * nobody named (`SessionIdentity.assumed`), stays as the record has it; so does the position it last looked at. A session
 * without a name gets one. Branch and run are those of the session's own folder, which need not be the folder rally was
 * asked from.
 * Throws UNSAFE_ID and what the transport throws: a presence that was not stored is no presence.
 */
export async function announcePresence(ctx: SessionContext, input: PresenceInput = {}): Promise<Presence> {
  const { session } = ctx
  const sessionId = requireSafeId(session.sessionId, 'session id')
  const parent = session.parent === null ? undefined : requireSafeId(session.parent, 'parent session id')
  const stored = await ctx.transport.sessions.get(sessionId)
  const former = stored === undefined || isReaderStub(stored) ? undefined : stored
  const kept = keptOf(ctx, former)
  const [branch, run, name] = await Promise.all([
    ctx.repository.branch(kept.cwd),
    readRun(ctx, kept.cwd),
    nameOf(ctx, former, parent ?? former?.parent ?? undefined),
  ])
  const now = ctx.clock.now()
  const phase = input.phase || former?.phase || DEFAULT_PHASE
  // A task that only repeats the phase is none.
  const task = former?.task === former?.phase ? undefined : former?.task
  const presence: Presence = {
    session_id: sessionId,
    tool: kept.tool || 'unknown',
    model: kept.model || 'unknown',
    run_id: kept.runId || 'unknown',
    app_slug: ctx.channel.app,
    phase,
    task: input.task || task || phase,
    parent: parent ?? former?.parent ?? null,
    spawned: { ...(input.spawned ?? former?.spawned) },
    files_in_flight: plannedFiles(former, input.filesInFlight),
    heartbeat_ts: now,
    last_seen: now,
    planned_heartbeat_secs:
      input.plannedHeartbeatSecs === undefined
        ? (former?.planned_heartbeat_secs ?? null)
        : plannedSeconds(input.plannedHeartbeatSecs),
    pid: kept.pid,
    host: kept.host,
    cursor: stored?.cursor ?? { revision: 0, changes_offset: 0 },
    branch_name: branch.name,
    branch_head_sha: branch.headSha,
    branch_merge_status: branch.mergeStatus,
    branch_merge_status_checked_ts: now,
    cwd: kept.cwd,
    ...(run ?? endedRun(stored)),
    ...(name === undefined ? {} : { name }),
  }
  await ctx.transport.sessions.put(presence)
  return presence
}

/** Facts of the session: those that somebody named, else those of its record. */
function keptOf({ session, channel }: SessionContext, former: Presence | undefined) {
  const isAssumed = (key: Assumable) => session.assumed?.includes(key) === true
  const keep = <Value>(key: Assumable, stored: Value | undefined, value: Value): Value =>
    isAssumed(key) ? (stored ?? value) : value
  // A session that is called from another working tree has moved there.
  const isSameTree = former?.cwd !== undefined && `${former.cwd}/`.startsWith(`${channel.worktree}/`)
  return {
    tool: keep('tool', former?.tool, session.tool),
    model: keep('model', former?.model, session.model),
    runId: keep('runId', former?.run_id, session.runId),
    pid: keep<number | null>('pid', former?.pid, session.pid),
    host: keep('host', former?.host, session.host),
    cwd: keep('cwd', isSameTree ? former?.cwd : undefined, session.cwd),
  }
}

type Assumable = NonNullable<SessionContext['session']['assumed']>[number]

/** A person is called by the user's name; a session keeps the name that it has. */
async function nameOf(
  { session, transport, hostWords }: SessionContext,
  former: Presence | undefined,
  parent: string | undefined,
): Promise<string | undefined> {
  if (isPerson(session)) return session.user ?? personName(session.sessionId) ?? session.sessionId
  if (isSessionName(former?.name)) return former.name
  const parentName = parent === undefined ? undefined : (await transport.sessions.get(parent))?.name
  const hosts = isSessionName(parentName) ? [] : ((await hostWords?.()) ?? [])
  const word = hosts.find(({ id }) => id === session.tool)?.shortName
  try {
    return await transport.names.assign(session.sessionId, nameStem(session.tool, { word, parent: parentName }))
  } catch (error) {
    // Without a name it is still in the room; the next presence tries again.
    if (isRallyError(error) && error.code === 'NOT_STORED') return undefined
    throw error
  }
}

/** Files that hooks noted stay: a list that is given replaces only what was announced like it. */
function plannedFiles(former: Presence | undefined, given: readonly string[] | undefined): string[] {
  const listed = strings(former?.files_in_flight)
  if (given === undefined) return listed
  const noted = obj(former?.in_flight)
  return [...new Set([...given, ...listed.filter((file) => Object.hasOwn(noted, file))])]
}

function plannedSeconds(seconds: number): number | null {
  return Number.isSafeInteger(seconds) && seconds > 0 ? seconds : null
}

/** A run that the session named earlier and that is over must not stay on its record; the transport keeps keys it is not given. */
function endedRun(former: Presence | undefined): RunIdentity | undefined {
  if (former === undefined || RUN_KEYS.every((key) => former[key] === undefined)) return undefined
  return { build_loop_id: null, build_loop_started_at: null, build_loop_run_label: null }
}
