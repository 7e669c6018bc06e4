import type { Whereabouts } from '../../model/outputs/here.js'
import type { Presence } from '../../model/presence.js'
import { listPeers } from '../../rules/presence/active-peers.js'
import { isReaderStub, lastSeen } from '../../rules/presence/life.js'
import { nameOfAsking, sessionNames, shownId } from '../../rules/roster/shown-names.js'
import type { RoomFacts } from './gather-room.js'
import type { StatusContext } from './status-input.js'

/** What of the room is needed. */
type WhereFacts = Pick<RoomFacts, 'revision' | 'sessions' | 'times' | 'unread'>

/** The same facts as the picture's, in the keys of bare `rally`: nothing is read. */
export function whereAmI(ctx: StatusContext, facts: WhereFacts): Whereabouts {
  const { session, channel } = ctx
  const { revision, sessions, times, unread } = facts
  const names = sessionNames(sessions)
  const now = ctx.clock.now()
  const taskOf = (presence: Presence) => presence.task || presence.phase
  const own = sessions.find((presence) => presence.session_id === session?.sessionId && !isReaderStub(presence))
  const peers = listPeers(sessions, { now, ...times, hostProcess: ctx.hostProcess, selfId: session?.sessionId })
    .map((presence) => ({
      session_id: presence.session_id,
      name: names.get(presence.session_id) ?? shownId(presence.session_id),
      tool: presence.tool,
      task: taskOf(presence),
      last_seen: Math.max(lastSeen(presence), times.announcedAt?.(presence) ?? 0),
    }))
    .sort((a, b) => b.last_seen - a.last_seen)
  return {
    app_slug: channel.app,
    channel_dir: channel.dir,
    workdir: ctx.workdir,
    revision,
    session_id: session?.sessionId ?? null,
    name: session === undefined ? null : (names.get(session.sessionId) ?? nameOfAsking(session)),
    session_candidates: ctx.candidates?.map((id) => ({ session_id: id, name: names.get(id) ?? shownId(id) })) ?? [],
    tool: session?.tool ?? null,
    task: own ? taskOf(own) : null,
    peers,
    inbox_unread_count: unread.direct + unread.broadcast,
  }
}
