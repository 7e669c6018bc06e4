import type { LogCursor, Presence } from '@rally/core/model/presence'
import { int, isObject, type JsonObject, num, obj, str, strings, text } from '@rally/core/readers'
import { toInteger, toNumber } from '@rally/core/rules/python-values'

/**
 * A stored presence record with every key of the promised type (protocol section 4); other keys stay. `fallbackId` is
 * the id that the file name gives, for records that don't say who they are.
 */
export function parsePresence(stored: JsonObject, fallbackId: string): Presence {
  const presence: Presence = {
    ...stored,
    session_id: text(stored.session_id) ?? fallbackId,
    tool: str(stored.tool),
    model: str(stored.model),
    run_id: str(stored.run_id),
    app_slug: str(stored.app_slug),
    phase: str(stored.phase),
    files_in_flight: strings(stored.files_in_flight),
    heartbeat_ts: num(stored.heartbeat_ts) ?? 0,
    cursor: parseCursor(stored.cursor),
    task: optionalText(stored.task),
    parent: optionalText(stored.parent) ?? (stored.parent === null ? null : undefined),
    spawned: isObject(stored.spawned) ? integersOf(stored.spawned) : undefined,
    last_seen: parseLastSeen(stored.last_seen),
    planned_heartbeat_secs: positive(stored.planned_heartbeat_secs),
    pid: int(stored.pid) ?? (stored.pid === null ? null : undefined),
    host: optionalText(stored.host),
    branch_name: optionalText(stored.branch_name),
    branch_head_sha: optionalText(stored.branch_head_sha),
    branch_merge_status: optionalText(stored.branch_merge_status),
    branch_merge_status_checked_ts: num(stored.branch_merge_status_checked_ts),
    cwd: optionalText(stored.cwd),
    host_pid: int(stored.host_pid),
    host_started: optionalText(stored.host_started),
    machine: optionalText(stored.machine),
  }
  for (const key of ['build_loop_id', 'build_loop_started_at', 'build_loop_run_label'] as const)
    if (presence[key] !== null && typeof presence[key] !== 'string') delete presence[key]
  for (const key of Object.keys(presence)) if (presence[key] === undefined) delete presence[key]
  return presence
}

/** The zero cursor for anything that is none. */
export function parseCursor(value: unknown): LogCursor {
  const { revision, changes_offset } = obj(value)
  return { revision: int(revision) ?? 0, changes_offset: int(changes_offset) ?? 0 }
}

const optionalText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

function positive(value: unknown): number | null | undefined {
  const number = int(value)
  return number !== undefined && number > 0 ? number : value === null ? null : undefined
}

/** Below zero for something that is no time: such a session counts as never seen, whatever else its record says. */
function parseLastSeen(value: unknown): number | undefined {
  return value === undefined || value === null ? undefined : (toNumber(value) ?? -1)
}

/** Counts as the existing readers take them: numeric text is read, fractions are cut, the rest is left out. */
function integersOf(value: JsonObject): Record<string, number> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => {
      const count = toInteger(item)
      return count === undefined ? [] : [[key, count]]
    }),
  )
}
