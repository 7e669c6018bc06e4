import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { shortenNews } from '../stream/page-news.js'
import type { NothingRead, RoomNews } from '../stream/room-news.js'
import type { RoomStream } from '../stream/room-stream.js'

const MOST_PAGES = 16
/** What a page that does not read may keep waiting; then it is let go, and comes again when it reads. */
const MOST_WAITING = 8 * 1024 * 1024
const BEAT_MS = 15_000

/** The pages that look now: each is told by server-sent events. */
export class Pages {
  readonly #stream: RoomStream
  readonly #now: () => number
  readonly #open = new Set<ServerResponse>()
  #left: number

  constructor(stream: RoomStream, now: () => number) {
    this.#stream = stream
    this.#now = now
    this.#left = now()
  }

  /** Seconds since the last page left; 0 while one looks. */
  get idleSecs(): number {
    return this.#open.size > 0 ? 0 : this.#now() - this.#left
  }

  open(response: ServerResponse, headers: OutgoingHttpHeaders): void {
    if (this.#open.size >= MOST_PAGES) {
      response.writeHead(429, headers)
      response.end()
      return
    }
    this.#open.add(response)
    response.writeHead(200, { ...headers, 'Content-Type': 'text/event-stream; charset=utf-8' })
    const write = (words: string) => {
      response.write(words)
      if (response.writableLength > MOST_WAITING) response.destroy()
    }
    write(': rally\n\n')
    const shorten = shortenNews()
    const tell = (news: RoomNews | NothingRead) => {
      const said = news.picture === undefined ? news : shorten(news)
      write(`event: news\ndata: ${JSON.stringify(said)}\n\n`)
    }
    const stop = this.#stream.listen(tell)
    const beat = setInterval(() => write(': here\n\n'), BEAT_MS)
    response.on('close', () => {
      clearInterval(beat)
      stop()
      this.#open.delete(response)
      this.#left = this.#now()
    })
  }
}
