import type { LogCursor, Presence } from '@rally/core/model/presence'
import { int, isObject, type JsonObject, num, obj, str, strings, text } from '@rally/core/readers'
import { toInteger, toNumber } from '@rally/core/rules/text/python-values'

/**
 * A stored presence record with every key of the promised type (protocol section 4); other keys stay. `fallbackId` is
 * the id that the file name gives, for records that don't say who they are. `stored` is given away: it may be changed.
 */
export function parsePresence(stored: JsonObject, fallbackId: string): Presence {
  for (const [key, read] of OPTIONAL) {
    if (stored[key] === undefined) continue
    const value = read(stored[key])
    // Deleting makes an object slow; hardly any record needs it.
    if (value === undefined) delete stored[key]
    else if (value !== stored[key]) stored[key] = value
  }
  return {
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
  }
}

/** The zero cursor for anything that is none. */
export function parseCursor(value: unknown): LogCursor {
  const { revision, changes_offset } = obj(value)
  return { revision: int(revision) ?? 0, changes_offset: int(changes_offset) ?? 0 }
}

const optionalText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const nullableText = (value: unknown): string | null | undefined => (value === null ? null : optionalText(value))
const nullableInt = (value: unknown): number | null | undefined => (value === null ? null : int(value))

function positive(value: unknown): number | null | undefined {
  const number = nullableInt(value)
  return typeof number === 'number' && number <= 0 ? undefined : number
}

/** Below zero for something that is no time: such a session counts as never seen, whatever else its record says. */
function parseLastSeen(value: unknown): number | undefined {
  return value === null ? undefined : (toNumber(value) ?? -1)
}

/** Counts as the existing readers take them: numeric text is read, fractions are cut, the rest is left out. */
function counts(value: unknown): Record<string, number> | undefined {
  if (!isObject(value)) return undefined
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => {
      const count = toInteger(item)
      return count === undefined ? [] : [[key, count]]
    }),
  )
}

/** Optional keys and how each is read; undefined leaves the key out. */
const OPTIONAL: readonly (readonly [key: string, read: (value: unknown) => unknown])[] = [
  ['task', optionalText],
  ['parent', nullableText],
  ['spawned', counts],
  ['last_seen', parseLastSeen],
  ['planned_heartbeat_secs', positive],
  ['pid', nullableInt],
  ['host', optionalText],
  ['branch_name', optionalText],
  ['branch_head_sha', optionalText],
  ['branch_merge_status', optionalText],
  ['branch_merge_status_checked_ts', num],
  ['cwd', optionalText],
  ['host_pid', int],
  ['host_started', optionalText],
  ['host_namespace', optionalText],
  ['host_since', num],
  ['host_conversations', optionalText],
  ['name', optionalText],
  ['machine', optionalText],
  ['build_loop_id', nullableText],
  ['build_loop_started_at', nullableText],
  ['build_loop_run_label', nullableText],
]
