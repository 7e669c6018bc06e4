import type { InFlight } from '../../model/in-flight.js'
import type { Presence } from '../../model/presence.js'
import { num, obj, str, strings, text } from '../../readers.js'
import { isInFlight } from '../presence/in-flight.js'
import { lastSeen } from '../presence/life.js'

/**
 * The files that each session holds: as it announced them on this machine, else as its presence record says. A record of
 * another machine, or of a program without hooks, has nothing but that.
 */
export function editsOfSessions(
  sessions: readonly Presence[],
  announced: readonly InFlight[],
): ReadonlyMap<string, readonly InFlight[]> {
  const bySession = new Map<string, InFlight[]>()
  for (const entry of announced) bySession.set(entry.sessionId, [...(bySession.get(entry.sessionId) ?? []), entry])
  for (const presence of sessions) {
    const own = bySession.get(presence.session_id) ?? []
    const known = new Set(own.map(({ path }) => path))
    const more = recordedEdits(presence).filter(({ path }) => !known.has(path))
    if (own.length + more.length > 0) bySession.set(presence.session_id, [...own, ...more])
  }
  return bySession
}

/** What a session edits just now, the newest edit first; what was only announced has no time and comes last. */
export function editedFiles(edits: readonly InFlight[], now: number): InFlight[] {
  const time = ({ announced, last }: InFlight) => (announced === true ? 0 : last)
  return edits.filter((entry) => isInFlight(entry, now)).sort((a, b) => time(b) - time(a))
}

function recordedEdits(presence: Presence): InFlight[] {
  const times = obj(presence.in_flight)
  const isElsewhere = text(presence.machine) !== undefined
  const base = {
    sessionId: presence.session_id,
    tool: str(presence.tool),
    parent: text(presence.parent),
    worktree: isElsewhere ? null : (text(presence.worktree) ?? text(presence.cwd) ?? null),
    order: 0,
    ...(isElsewhere || text(presence.worktree_id) === undefined ? {} : { tree: text(presence.worktree_id) }),
  }
  const timed = Object.entries(times).map(([path, value]) => {
    const { since, last } = obj(value)
    return { ...base, path, since: num(since) ?? 0, last: num(last) ?? 0 }
  })
  const named = strings(presence.files_in_flight)
    .filter((path) => !Object.hasOwn(times, path))
    .map((path) => ({ ...base, path, since: 0, last: lastSeen(presence), announced: true }))
  return [...timed, ...named]
}
