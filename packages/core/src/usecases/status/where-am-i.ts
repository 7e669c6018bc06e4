import type { Presence } from '../../model/presence.js'
import { listPeers } from '../../rules/presence/active-peers.js'
import { isReaderStub, lastSeen } from '../../rules/presence/life.js'
import { nameOfAsking, sessionNames, shownId } from '../../rules/roster/shown-names.js'
import { countUnread } from '../inbox/read-inbox.js'
import { readWrittenTimes } from '../presence/written-times.js'
import type { SessionCandidate, StatusContext } from './status-input.js'

/** What bare `rally` says: the room, you, who else is here, what waits for you. */
export interface Whereabouts {
  readonly app_slug: string
  readonly channel_dir: string
  readonly workdir: string
  readonly revision: number
  readonly session_id: string | null
  /** What the asking session is called in this room; of a person the login name. */
  readonly name: string | null
  /** Where several sessions may be asking: which. */
  readonly session_candidates: readonly SessionCandidate[]
  readonly tool: string | null
  /** The session's own task, when it has announced itself. */
  readonly task: string | null
  readonly peers: readonly {
    readonly session_id: string
    readonly name: string
    readonly tool: string
    readonly task: string
    readonly last_seen: number
  }[]
  readonly inbox_unread_count: number
}

/** Reads presence and counts, nothing else: no log, no git process, no side effect. */
export async function whereAmI(ctx: StatusContext): Promise<Whereabouts> {
  const { session, channel, transport } = ctx
  const [revision, sessions] = await Promise.all([transport.log.revision(), transport.sessions.list()])
  const names = sessionNames(sessions)
  const now = ctx.clock.now()
  const writtenAt = await readWrittenTimes(transport.sessions, sessions, now)
  const taskOf = (presence: Presence) => presence.task || presence.phase
  const own = sessions.find((presence) => presence.session_id === session?.sessionId && !isReaderStub(presence))
  const peers = listPeers(sessions, { now, writtenAt, hostProcess: ctx.hostProcess, selfId: session?.sessionId })
    .map((presence) => ({
      session_id: presence.session_id,
      name: names.get(presence.session_id) ?? shownId(presence.session_id),
      tool: presence.tool,
      task: taskOf(presence),
      last_seen: lastSeen(presence),
    }))
    .sort((a, b) => b.last_seen - a.last_seen)
  const unread = session ? await countUnread(ctx, { tool: session.tool, sessionId: session.sessionId }) : { total: 0 }
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
    inbox_unread_count: unread.total,
  }
}
