import { requireSafeId } from '../../ids.js'
import type { Presence } from '../../model/presence.js'
import type { RunIdentity } from '../../model/run-identity.js'
import type { SessionContext } from '../context.js'
import { readRun } from '../log/draft-record.js'

export const DEFAULT_PHASE = 'rally-point'

export interface PresenceInput {
  readonly phase?: string | undefined
  /** What the session is doing; without it the phase. */
  readonly task?: string | undefined
  readonly filesInFlight?: readonly string[]
  /** Subagents that the session has started, by type. */
  readonly spawned?: Readonly<Record<string, number>>
  /** Seconds until the next presence, where the session promises one. */
  readonly plannedHeartbeatSecs?: number | undefined
}

const RUN_KEYS = ['build_loop_id', 'build_loop_started_at', 'build_loop_run_label'] as const

/**
 * Says that this session is here and what it does (protocol section 4), or refreshes that. The position it last looked at
 * stays. Branch and run are those of the session's own folder, which need not be the folder rally was asked from.
 * Throws UNSAFE_ID and what the transport throws: a presence that was not stored is no presence.
 */
export async function announcePresence(ctx: SessionContext, input: PresenceInput = {}): Promise<Presence> {
  const { session } = ctx
  const sessionId = requireSafeId(session.sessionId, 'session id')
  const [branch, run, former] = await Promise.all([
    ctx.repository.branch(session.cwd),
    readRun(ctx, session.cwd),
    ctx.transport.sessions.get(sessionId),
  ])
  const now = ctx.clock.now()
  const phase = input.phase || DEFAULT_PHASE
  const presence: Presence = {
    session_id: sessionId,
    tool: session.tool || 'unknown',
    model: session.model || 'unknown',
    run_id: session.runId || 'unknown',
    app_slug: ctx.channel.app,
    phase,
    task: input.task || phase,
    parent: session.parent === null ? null : requireSafeId(session.parent, 'parent session id'),
    spawned: { ...input.spawned },
    files_in_flight: [...(input.filesInFlight ?? [])],
    heartbeat_ts: now,
    last_seen: now,
    planned_heartbeat_secs: plannedSeconds(input.plannedHeartbeatSecs),
    pid: session.pid,
    host: session.host,
    cursor: former?.cursor ?? { revision: 0, changes_offset: 0 },
    branch_name: branch.name,
    branch_head_sha: branch.headSha,
    branch_merge_status: branch.mergeStatus,
    branch_merge_status_checked_ts: now,
    cwd: session.cwd,
    ...(run ?? endedRun(former)),
  }
  await ctx.transport.sessions.put(presence)
  return presence
}

function plannedSeconds(seconds: number | undefined): number | null {
  return seconds !== undefined && Number.isSafeInteger(seconds) && seconds > 0 ? seconds : null
}

/** A run that the session named earlier and that is over must not stay on its record; the transport keeps keys it is not given. */
function endedRun(former: Presence | undefined): RunIdentity | undefined {
  if (former === undefined || RUN_KEYS.every((key) => former[key] === undefined)) return undefined
  return { build_loop_id: null, build_loop_started_at: null, build_loop_run_label: null }
}
