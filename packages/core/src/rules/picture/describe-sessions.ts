import type { InFlight } from '../../model/in-flight.js'
import type { Presence } from '../../model/presence.js'
import type { PromptNote } from '../../ports/activity.js'
import { hostCompany } from '../presence/host-company.js'
import { type HostProcessProbe, isReaderStub, judgeLife, type LifeTimes, lastSeen } from '../presence/life.js'
import { isPerson } from '../roster/person.js'
import { sessionNames, shownId } from '../roster/shown-names.js'
import { editsOfSessions } from './edits-of-sessions.js'
import type { SessionFacts } from './facts.js'

/** What is known of the sessions of one room. */
export interface PeopleFacts {
  /** All readable presence records, reader stubs included. */
  readonly sessions: readonly Presence[]
  readonly times: LifeTimes
  /** Patterns that each session keeps for itself, by session id. */
  readonly claims: ReadonlyMap<string, readonly string[]>
  /** What hooks of this machine saw announced. */
  readonly inFlight: readonly InFlight[]
  /** By session id. */
  readonly prompts?: ReadonlyMap<string, PromptNote> | undefined
  /** Sessions with an open question. */
  readonly asking?: ReadonlySet<string> | undefined
  /** Messages that sessions have not acknowledged, by session id. */
  readonly unreadOf?: ReadonlyMap<string, number> | undefined
}

export interface Judging {
  /** Epoch seconds. */
  readonly now: number
  readonly hostProcess?: HostProcessProbe | undefined
}

/** Everybody in a room: how each is called, whether it lives, what it holds. Every view of who is here begins with this. */
export function describeSessions(facts: PeopleFacts, { now, hostProcess }: Judging): SessionFacts[] {
  const sessions = facts.sessions.filter((presence) => !isReaderStub(presence))
  const company = hostCompany(facts.sessions)
  const edits = editsOfSessions(sessions, facts.inFlight)
  const names = sessionNames(sessions)
  return sessions.map((presence) => {
    const { session_id: id } = presence
    const own = edits.get(id) ?? []
    const lastEdit = Math.max(0, ...own.map((entry) => (entry.announced === true ? 0 : entry.last)))
    // An announced edit is a sign of life that the record may not have yet.
    const announced = Math.max(lastEdit, facts.times.announcedAt?.(presence) ?? 0)
    const seen = Math.max(lastSeen(presence), Math.min(announced, now))
    return {
      presence,
      name: names.get(id) ?? shownId(id),
      life: judgeLife(presence, { now, company, hostProcess, ...facts.times }),
      lastAction: Math.min(seen, now),
      isPerson: isPerson(presence),
      edits: own,
      prompt: facts.prompts?.get(id),
      unread: facts.unreadOf?.get(id) ?? null,
      claims: facts.claims.get(id) ?? [],
      asks: facts.asking?.has(id) === true,
    }
  })
}
