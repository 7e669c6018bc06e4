import { completeNews } from '../stream/page-news.js'
import type { NewsForPage, NothingRead, RoomNews } from '../stream/room-news.js'
import { ask, Ended, forgetSecret } from './ask.js'

export type Connection = 'connecting' | 'live' | 'lost' | 'ended'

/** Who hears of the room and of the connection. */
export interface Hearer {
  news(news: RoomNews | NothingRead): void
  state(state: Connection): void
}

const RETRY_MS = [500, 1000, 2000, 5000] as const
/** The server gives a sign every 15 seconds. */
const SILENT_MS = 40_000

/** Listens to the server until the page is closed; comes again when the connection breaks. */
export async function openNews(hearer: Hearer): Promise<never> {
  hearer.state('connecting')
  for (let failures = 0; ; ) {
    try {
      await readStream(hearer, () => {
        failures = 0
      })
      hearer.state('lost')
    } catch (error) {
      hearer.state(error instanceof Ended ? 'ended' : 'lost')
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]))
    failures += 1
  }
}

async function readStream(hearer: Hearer, opened: () => void): Promise<void> {
  const stop = new AbortController()
  const response = await ask('stream', {}, stop.signal)
  if (response.status === 403) {
    forgetSecret()
    throw new Ended()
  }
  if (!response.ok || response.body === null) throw new Error(`the server said ${response.status}`)
  opened()
  hearer.state('live')
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  const complete = completeNews()
  let rest = ''
  let timer = setTimeout(() => stop.abort(), SILENT_MS)
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      clearTimeout(timer)
      timer = setTimeout(() => stop.abort(), SILENT_MS)
      const events = (rest + value).split('\n\n')
      rest = events.pop() ?? ''
      for (const event of events) {
        const data = event.split('\n').find((line) => line.startsWith('data: '))
        if (data === undefined) continue
        const told = JSON.parse(data.slice('data: '.length)) as NewsForPage | NothingRead
        hearer.news(told.picture === undefined ? told : complete(told))
      }
    }
  } finally {
    clearTimeout(timer)
  }
}
