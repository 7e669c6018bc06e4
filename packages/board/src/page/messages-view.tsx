import { useMemo, useState } from 'preact/hooks'
import type { BoardMessage, RoomNews } from '../stream/room-news.js'
import { Compose } from './compose.js'
import { Ladder } from './ladder.js'
import { threadsOf } from './threads.js'
import type { Room } from './use-room.js'
import { age, hasWords } from './words.js'

const COMPACT = 12

/** The conversation: threads, and how far each message got with whom. */
export function MessagesView({
  room,
  news,
  search,
  to,
  compact,
}: {
  readonly room: Room
  readonly news: RoomNews
  readonly search: string
  readonly to: string | undefined
  readonly compact: boolean
}) {
  const [replying, setReplying] = useState<BoardMessage>()
  const threads = useMemo(() => threadsOf(news.messages), [news.messages])
  const shown = threads
    .filter((thread) =>
      thread.some(({ text, from_name, to: box, recipients }) =>
        hasWords(search, text, from_name, box, ...recipients.map(({ name }) => name)),
      ),
    )
    .slice(0, compact ? COMPACT : undefined)
  const names = news.picture.agents.filter(({ state }) => state !== 'gone').map(({ name }) => name)
  return (
    <section class="panel messages" aria-labelledby="messages-title">
      <header class="panel-head">
        <h2 id="messages-title">Messages</h2>
        <p class="none">
          You write as <bdi>{news.person}</bdi>
        </p>
      </header>
      <Compose names={names} to={to} replying={replying} done={() => setReplying(undefined)} />
      {shown.length === 0 && <p class="empty">{search === '' ? 'Nobody wrote yet.' : 'No message fits the search.'}</p>}
      <ol class="threads">
        {shown.map((thread) => (
          <li key={thread[0]?.id}>
            <ol class="thread">
              {thread.map((message) => (
                <Message key={message.id} message={message} now={room.now} reply={() => setReplying(message)} />
              ))}
            </ol>
          </li>
        ))}
      </ol>
    </section>
  )
}

function Message({
  message,
  now,
  reply,
}: {
  readonly message: BoardMessage
  readonly now: number
  readonly reply: () => void
}) {
  const { number, from_name, to, kind, text, ts, recipients, machine } = message
  const [only, ...more] = recipients
  const name = only !== undefined && more.length === 0 && to !== 'all' ? only.name : to
  return (
    <li class="message">
      <p class="message-head">
        <b>
          <bdi>{from_name}</bdi>
        </b>{' '}
        to <bdi>{name}</bdi>
        {kind !== 'message' && kind !== 'reply' && <span class="kind">{kind}</span>}
        {machine !== null && (
          <span class="none">
            {' '}
            from <bdi>{machine}</bdi>
          </span>
        )}
        <span class="age">
          #{number} · {age(ts, now)}
        </span>
      </p>
      <p class="words">
        <bdi>{text}</bdi>
      </p>
      <Ladder recipients={recipients} to={to} now={now} />
      <button type="button" class="quiet" onClick={reply} aria-label={`Reply to #${number} of ${from_name}`}>
        Reply
      </button>
    </li>
  )
}
