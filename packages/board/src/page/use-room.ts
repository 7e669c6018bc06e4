import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { KeyedEntry, RoomNews } from '../stream/room-news.js'
import { ask } from './ask.js'
import { type Connection, openNews } from './open-news.js'
import { History } from './timeline/history.js'
import { TaskHistory } from './timeline/task-history.js'

const AT_FIRST_SECS = 3600
const MOST = 60_000

/** What the page knows of the room. */
export interface Room {
  readonly news: RoomNews | undefined
  /** Why the room cannot be read now; undefined while it can. */
  readonly unreadable: string | undefined
  readonly connection: Connection
  readonly history: History
  readonly tasks: TaskHistory
  /** Grows with every change of `history`. */
  readonly version: number
  /** Epoch seconds, as of the last look or tick. */
  readonly now: number
  /** Loads what happened since then, if it is not here yet. */
  reach(since: number): void
}

const TICK_MS = 5000
const nowSecs = () => Date.now() / 1000

/** The room, live. */
export function useRoom(): Room {
  const history = useRef(new History()).current
  const tasks = useRef(new TaskHistory()).current
  const [news, setNews] = useState<RoomNews>()
  const [unreadable, setUnreadable] = useState<string>()
  const [connection, setConnection] = useState<Connection>('connecting')
  const [version, setVersion] = useState(0)
  const [now, setNow] = useState(nowSecs())
  const loading = useRef(Number.POSITIVE_INFINITY)

  const reach = useCallback(
    (since: number) => {
      if (since >= Math.min(loading.current, history.since)) return
      loading.current = since
      loadSince(history, since).then(
        () => setVersion((known) => known + 1),
        () => {
          loading.current = history.since
        },
      )
    },
    [history],
  )

  useEffect(() => {
    void openNews({
      news(told) {
        setUnreadable(told.unreadable)
        if (told.picture === undefined) return
        tasks.note(told.picture)
        if (history.add(told.entries)) setVersion((known) => known + 1)
        setNews(told)
        setNow(nowSecs())
      },
      state(state) {
        setConnection(state)
        if (state !== 'live') return
        // What happened while nobody told is looked up, as far back as the page had gone.
        const since = Math.min(history.since, nowSecs() - AT_FIRST_SECS)
        history.forgetReach()
        loading.current = Number.POSITIVE_INFINITY
        reach(since)
      },
    })
    const timer = setInterval(() => setNow(nowSecs()), TICK_MS)
    return () => clearInterval(timer)
  }, [history, tasks, reach])

  return { news, unreadable, connection, history, tasks, version, now, reach }
}

async function loadSince(history: History, since: number): Promise<void> {
  const response = await ask('timeline', { since, limit: MOST })
  if (!response.ok) throw new Error(`the server said ${response.status}`)
  const { entries, leftOut } = (await response.json()) as { entries: readonly KeyedEntry[]; leftOut: boolean }
  history.add(entries)
  history.reached(since, leftOut)
}
