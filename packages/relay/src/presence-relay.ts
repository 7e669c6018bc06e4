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

interface PresenceState {
  readonly context: RelayContext
  /** Seconds after which the hub wants to hear of a session again. */
  readonly renewSecs: number
  /** What was last known of a session of others stays here when the hub no longer has it. */
  readonly keepLast: boolean
  /** What was sent last of each of our sessions, and when. */
  readonly sent: Map<string, { json: string; at: number }>
  /** Since when a session of others is missing on the hub, by id. */
  readonly missingSince: Map<string, number>
}

/**
 * Carries presence both ways. `renewSecs`: how often the hub wants to hear of a session to keep it. `keepLast`: what was last
 * known of a session stays here for a day, with the time when it was seen: the relays come and go, and so does the hub's copy.
 */
export function createPresenceRelay(
  context: RelayContext,
  { renewSecs, keepLast = false }: { renewSecs: number; keepLast?: boolean | undefined },
): PresenceRelay {
  const state: PresenceState = { context, renewSecs, keepLast, sent: new Map(), missingSince: new Map() }
  const { machine } = context.identity
  return {
    async step() {
      const here = await context.home.sessions.list()
      const own = here.filter((one) => !isForeign(one, machine) && isNews(one, context.clock.now()))
      const there = await context.hub.sessions.list()
      await exportSessions(state, own, there)
      await importSessions(state, here, there)
      return false
    },
    async leave() {
      if (!keepLast) await leave(context)
    },
    reset() {
      state.sent.clear()
    },
  }
}

async function leave({ home, hub, identity: { machine } }: RelayContext): Promise<void> {
  for (const one of await home.sessions.list()) if (isForeign(one, machine)) await home.sessions.remove(one.session_id)
  for (const one of await hub.sessions.list()) if (one.machine === machine) await hub.sessions.remove(one.session_id)
}

async function exportSessions(
  state: PresenceState,
  sessions: readonly Presence[],
  there: readonly Presence[],
): Promise<void> {
  const { hub, identity } = state.context
  const known = new Map(there.filter((one) => one.machine === identity.machine).map((one) => [one.session_id, one]))
  const gone = new Set(known.keys())
  for (const session of sessions) gone.delete(await exportSession(state, session, known))
  for (const id of gone) {
    await hub.sessions.remove(id)
    state.sent.delete(id)
  }
}

/** Sent when it says something new, when it is due, and when the hub does not have it. Answers its id there. */
async function exportSession(
  { context, renewSecs, sent }: PresenceState,
  session: Presence,
  known: ReadonlyMap<string, Presence>,
): Promise<string> {
  const { hub, identity, clock } = context
  const relayed = exportPresence(session, identity.machine, await countUnread(context, session))
  const id = relayed.session_id
  const json = JSON.stringify(relayed)
  const last = sent.get(id)
  const now = clock.now()
  const due = last === undefined || last.json !== json || now - last.at >= renewSecs
  const stored = known.get(id)
  if (!due && stored !== undefined) return id
  if (hasMore(stored, relayed)) await hub.sessions.remove(id)
  await hub.sessions.put(relayed)
  sent.set(id, { json, at: now })
  return id
}

async function importSessions(
  state: PresenceState,
  here: readonly Presence[],
  there: readonly Presence[],
): Promise<void> {
  const { home, identity } = state.context
  const { machine } = identity
  const own = new Set(here.filter((one) => !isForeign(one, machine)).map((one) => one.session_id))
  const foreign = new Map(here.filter((one) => isForeign(one, machine)).map((one) => [one.session_id, one]))
  for (const relayed of there) {
    if (!isForeign(relayed, machine)) continue
    const presence = importPresence(relayed, (id) => own.has(id) || isOfAnother(foreign.get(id), relayed))
    const id = presence.session_id
    state.missingSince.delete(id)
    const known = foreign.get(id)
    foreign.delete(id)
    if (known !== undefined && isSame(known, presence)) continue
    if (hasMore(known, presence)) await home.sessions.remove(id)
    await home.sessions.put(presence)
  }
  await removeGone(state, foreign)
}

/** Sessions of others that the hub no longer has, after a while. */
async function removeGone(
  { context, keepLast, missingSince }: PresenceState,
  foreign: ReadonlyMap<string, Presence>,
): Promise<void> {
  const now = context.clock.now()
  for (const [id, known] of foreign) {
    if (keepLast && now - lastSeen(known) <= FORGOTTEN_SECS) continue
    const since = missingSince.get(id) ?? now
    missingSince.set(id, since)
    if (now - since < GRACE_SECS) continue
    await context.home.sessions.remove(id)
    missingSince.delete(id)
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
