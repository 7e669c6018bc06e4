import type { MomentName } from '../model/moment.js'
import type { TellingRecord, ToldPeer } from '../model/telling.js'
import { text } from '../readers.js'
import type { Collision } from './collisions.js'
import type { Composed, News } from './compose-reply.js'
import type { Peer, Self } from './room.js'

/** Who is told something, when, in which moment. */
export interface TellingFacts {
  /** Epoch seconds. */
  readonly now: number
  readonly self: Pick<Self, 'sessionId' | 'tool'>
  /** What the session is called. */
  readonly name?: string | undefined
  readonly context: number
  readonly moment: MomentName
}

/** What a written reply told: a line of the session's history. Undefined when it told nothing. */
export function recordTelling(news: News, composed: Composed, facts: TellingFacts): TellingRecord | undefined {
  const { reply, said, shown } = composed
  const words = [reply.deny?.reason, reply.context].filter((part) => part !== undefined).join('\n')
  if (words === '') return undefined
  const collisions = [...(news.denied ?? []), ...composed.collisions]
  const { questions = [], answers = [] } = composed.notices ? (news.notices ?? {}) : {}
  const greeted = said.includes('greeting') ? (news.greeting?.peers ?? []) : []
  return {
    at: facts.now,
    session: facts.self.sessionId,
    name: facts.name ?? null,
    tool: facts.self.tool,
    context: facts.context,
    moment: facts.moment,
    reasons: [...said],
    messages: [...new Set(shown.flatMap(({ message }) => text(message.id) ?? []))],
    records: [...questions, ...answers.map(({ answer }) => answer)].map(({ eventId }) => eventId),
    files: [...new Set([...collisions.map(({ path }) => path), ...composed.lines.flatMap(({ files }) => files ?? [])])],
    peers: [...collisions.map(editor), ...composed.lines.flatMap(({ peer }) => peer ?? []), ...greeted.map(neighbour)],
    text: words,
  }
}

function editor({ peer, since, last }: Collision): ToldPeer {
  return { id: peer.sessionId, name: peer.name ?? null, since, last }
}

function neighbour(peer: Peer): ToldPeer {
  return { id: peer.sessionId, name: peer.name ?? null, since: null, last: peer.lastSeen }
}
