import type { Presence } from '@rally/core/model/presence'
import { unreadCount } from '@rally/core/rules/inbox/unread'
import { isReaderStub, lastSeen } from '@rally/core/rules/presence/life'
import { canonicalJson } from '@rally/core/rules/text/canonical-json'
import type { RelayContext } from './relay-context.js'
import { exportPresence, importPresence, isForeign } from './rules/presence-copy.js'

/** Presence that nobody renewed for so long is no news for other machines (architecture: presence). */
const FORGOTTEN_SECS = 24 * 3600
/** A session that is missing on the hub may only have been renewed too late, after an outage: look twice. */
const GRACE_SECS = 3

export interface PresenceRelay {
  step(): Promise<boolean>
  /** Takes our sessions from the hub and the others' from this room: nobody renews them any more. */
  leave(): Promise<void>
  reset(): void
}

/**
 * Carries presence both ways. `renewSecs`: how often the hub wants to hear of a session to keep it. `keepLast`: what was last
 * known of a session stays here for a day, with the time when it was seen: the relays come and go, and so does the hub's copy.
 */
export function createPresenceRelay(
  context: RelayContext,
  options: { renewSecs: number; keepLast?: boolean | undefined },
): PresenceRelay {
  const { home, hub, identity, clock } = context
  const { machine } = identity
  const sent = new Map<string, { json: string; at: number }>()
  const missingSince = new Map<string, number>()

  const exportSessions = async (sessions: readonly Presence[], there: readonly Presence[]) => {
    const now = clock.now()
    const known = new Map(there.filter((one) => one.machine === machine).map((one) => [one.session_id, one]))
    for (const session of sessions) {
      const relayed = exportPresence(session, machine, await countUnread(context, session))
      const json = JSON.stringify(relayed)
      const last = sent.get(relayed.session_id)
      const due = last === undefined || last.json !== json || now - last.at >= options.renewSecs
      const stored = known.get(relayed.session_id)
      if (due || stored === undefined) {
        if (hasMore(stored, relayed)) await hub.sessions.remove(relayed.session_id)
        await hub.sessions.put(relayed)
        sent.set(relayed.session_id, { json, at: now })
      }
      known.delete(relayed.session_id)
    }
    for (const gone of known.keys()) {
      await hub.sessions.remove(gone)
      sent.delete(gone)
    }
  }

  const importSessions = async (here: readonly Presence[], there: readonly Presence[]) => {
    const now = clock.now()
    const own = new Set(here.filter((one) => !isForeign(one, machine)).map((one) => one.session_id))
    const foreign = new Map(here.filter((one) => isForeign(one, machine)).map((one) => [one.session_id, one]))
    for (const relayed of there) {
      if (!isForeign(relayed, machine)) continue
      const presence = importPresence(relayed, (id) => own.has(id) || isOfAnother(foreign.get(id), relayed))
      missingSince.delete(presence.session_id)
      const known = foreign.get(presence.session_id)
      foreign.delete(presence.session_id)
      if (known !== undefined && isSame(known, presence)) continue
      if (hasMore(known, presence)) await home.sessions.remove(presence.session_id)
      await home.sessions.put(presence)
    }
    for (const [id, known] of foreign) {
      if (options.keepLast === true && now - lastSeen(known) <= FORGOTTEN_SECS) continue
      const since = missingSince.get(id) ?? now
      missingSince.set(id, since)
      if (now - since < GRACE_SECS) continue
      await home.sessions.remove(id)
      missingSince.delete(id)
    }
    return missingSince.size > 0
  }

  return {
    async step() {
      const here = await home.sessions.list()
      const own = here.filter((one) => !isForeign(one, machine) && isNews(one, clock.now()))
      const there = await hub.sessions.list()
      await exportSessions(own, there)
      await importSessions(here, there)
      return false
    },
    async leave() {
      if (options.keepLast === true) return
      for (const one of await home.sessions.list())
        if (isForeign(one, machine)) await home.sessions.remove(one.session_id)
      for (const one of await hub.sessions.list())
        if (one.machine === machine) await hub.sessions.remove(one.session_id)
    },
    reset() {
      sent.clear()
    },
  }
}

function isNews(presence: Presence, now: number): boolean {
  return !isReaderStub(presence) && now - lastSeen(presence) <= FORGOTTEN_SECS
}

/** What a session has not acknowledged, counted where its cursor is. */
async function countUnread(
  { home }: RelayContext,
  { tool, session_id }: Presence,
): Promise<NonNullable<Presence['unread']>> {
  const cursor = await home.inbox.cursor(tool, session_id)
  const broadcast = unreadCount(cursor, 'broadcast', (await home.inbox.size('all')).count)
  const direct = tool === 'all' ? 0 : unreadCount(cursor, 'direct', (await home.inbox.size(tool)).count)
  return { direct, broadcast, total: direct + broadcast }
}

/** Whether an id is taken here by a session of a third machine. */
function isOfAnother(known: Presence | undefined, relayed: Presence): boolean {
  return known !== undefined && known.machine !== relayed.machine
}

/** Whether what is stored has keys that the session dropped: storing it again would keep them for ever. */
function hasMore(stored: Presence | undefined, wanted: Presence): boolean {
  return stored !== undefined && Object.keys(stored).some((key) => key !== 'cursor' && !(key in wanted))
}

function isSame(known: Presence, wanted: Presence): boolean {
  const { cursor: _cursor, ...rest } = known
  return canonicalJson(rest) === canonicalJson(wanted)
}
