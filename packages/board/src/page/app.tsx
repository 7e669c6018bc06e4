import type { RoomPicture } from '@rally/core/model/room-picture'
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { KeyedEntry } from '../stream/room-news.js'
import { type Detail, Details } from './details.js'
import { FilesView } from './files-view.js'
import { MessagesView } from './messages-view.js'
import type { Connection } from './open-news.js'
import { RoomView } from './room-view.js'
import { TimelineView } from './timeline/timeline-view.js'
import { type Room, useRoom } from './use-room.js'

const VIEWS = ['Room', 'Timeline', 'Files', 'Messages'] as const
type View = (typeof VIEWS)[number]

const STATES: Readonly<Record<Connection, string>> = {
  connecting: 'connecting',
  live: 'live',
  lost: 'not connected; trying again',
  ended: 'ended: run rally web again and open its address',
}

/** The page. */
export function App() {
  const room = useRoom()
  const [view, setView] = useState<View>('Room')
  const [search, setSearch] = useState('')
  const [detail, setDetail] = useState<Detail>()
  const [to, setTo] = useState<string>()
  const show = (entry: KeyedEntry) => setDetail({ entry })
  const tell = (name: string) => {
    setTo(name)
    setView('Messages')
  }
  const picture = room.news?.picture
  return (
    <>
      <a class="skip" href="#main">
        Skip to the room
      </a>
      <Header picture={picture} connection={room.connection} search={search} setSearch={setSearch} />
      <nav aria-label="Views">
        {VIEWS.map((name) => (
          <button
            key={name}
            type="button"
            aria-current={view === name ? 'page' : undefined}
            onClick={() => setView(name)}
          >
            {name}
          </button>
        ))}
      </nav>
      <main id="main" class={`view-${view.toLowerCase()}`} tabIndex={-1}>
        {room.news === undefined ? (
          <Nothing room={room} />
        ) : (
          <>
            <FromBefore room={room} />
            {view === 'Room' && <RoomView room={room} news={room.news} search={search} tell={tell} />}
            {(view === 'Room' || view === 'Timeline') && <TimelineView room={room} search={search} show={show} />}
            {view === 'Files' && <FilesView room={room} news={room.news} search={search} />}
            {(view === 'Room' || view === 'Messages') && (
              <MessagesView room={room} news={room.news} search={search} to={to} compact={view === 'Room'} />
            )}
          </>
        )}
      </main>
      <Details detail={detail} close={() => setDetail(undefined)} />
    </>
  )
}

/** Instead of the room, while nothing of it is known. */
function Nothing({ room: { connection, unreadable } }: { readonly room: Room }) {
  if (isCutOff(connection)) return <p class="empty">{STATES[connection]}</p>
  if (unreadable === undefined) return <p class="empty">Reading the room …</p>
  return (
    <Alert>
      The room cannot be read: <bdi>{unreadable}</bdi>. Trying again.
    </Alert>
  )
}

/** That the room may have changed since, and why that is not seen. */
function FromBefore({ room: { connection, unreadable } }: { readonly room: Room }) {
  if (isCutOff(connection)) return <Alert>What you see is from before: {STATES[connection]}</Alert>
  if (unreadable === undefined) return null
  return (
    <Alert>
      The room cannot be read now; what you see is from before: <bdi>{unreadable}</bdi>
    </Alert>
  )
}

function isCutOff(connection: Connection): boolean {
  return connection === 'ended' || connection === 'lost'
}

function Alert({ children }: { readonly children: ComponentChildren }) {
  return (
    <p class="trouble is-blocked" role="alert">
      {children}
    </p>
  )
}

function Header({
  picture,
  connection,
  search,
  setSearch,
}: {
  readonly picture: RoomPicture | undefined
  readonly connection: Connection
  readonly search: string
  readonly setSearch: (words: string) => void
}) {
  const status = picture?.verdict.status ?? 'clear'
  return (
    <header class="top">
      <h1>
        <bdi>{picture?.room.app ?? 'rally'}</bdi>
        {picture?.room.branch && (
          <span class="branch">
            <bdi>{picture.room.branch}</bdi>
          </span>
        )}
      </h1>
      <p class={`verdict is-${status}`} role="status">
        {picture === undefined ? '…' : status}
      </p>
      <p class={`connection is-${connection}`} role="status">
        {STATES[connection]}
      </p>
      <label class="search">
        <span class="unseen">Search</span>
        <input
          type="search"
          placeholder="Search names, files, words"
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
      </label>
    </header>
  )
}
