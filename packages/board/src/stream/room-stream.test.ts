import type { RoomOperations } from '@rally/core/plugin-api/room-operations'
import { expect, it } from 'vitest'
import type { NothingRead, RoomNews } from './room-news.js'
import { RoomStream } from './room-stream.js'

const CTX = {
  clock: { now: () => 1 },
  session: { sessionId: 'human.ann' },
  transport: { sessions: {}, names: {}, receipts: {} },
} as never
/** A room in which nothing was said or done. */
const QUIET = {
  readMessages: async () => [],
  readHooks: async () => ({}),
  readTimeline: async () => ({ entries: [], leftOut: 0 }),
}
const ended = (signal: AbortSignal) => new Promise((done) => signal.addEventListener('abort', done))

it('says that the room cannot be read, keeps what it knew, and tells when it can be read again', async () => {
  const picture = { agents: [], room: { app: 'shop', at: 1, revision: 1 } }
  let looks = 0
  let asked = 0
  // What is asked for before the first look fails at first; then the second of three looks fails, as with a disk that is gone for a moment.
  const room = {
    async readPrompts() {
      asked++
      if (asked === 1) throw new Error('EACCES')
      return false
    },
    ...QUIET,
    async *watchChannel(_ctx: unknown, input: { onLook(look: object): void; signal: AbortSignal }) {
      looks++
      if (looks === 2) throw new Error('EIO: i/o error\u001b[2J')
      input.onLook({ picture })
      yield* []
      await new Promise((done) => setTimeout(done, 20))
      if (looks === 1) throw new Error('the folder is gone')
      await ended(input.signal)
    },
  } as unknown as RoomOperations
  const stream = new RoomStream(CTX, room)
  const heard: (RoomNews | NothingRead)[] = []
  const stop = stream.listen((news) => heard.push(news))
  const until = async (holds: () => boolean) => {
    while (!holds()) await new Promise((done) => setTimeout(done, 20))
  }
  await until(() => heard.length >= 5)
  expect(heard.map(({ unreadable }) => unreadable)).toEqual([
    'EACCES',
    undefined,
    'the folder is gone',
    expect.stringContaining('EIO: i/o error'),
    undefined,
  ])
  expect(JSON.stringify(heard)).not.toContain('\\u001b')
  const [first, ...later] = heard
  expect(first).toEqual({ unreadable: 'EACCES' })
  expect(later.every(({ picture }) => picture?.room.app === 'shop')).toBe(true)
  // Whoever comes later is shown the room at once, unless nobody listened meanwhile: it would be an old one.
  const seen: unknown[] = []
  stream.listen((news) => seen.push(news.picture?.room.app))()
  expect(seen).toEqual(['shop'])
  stop()
  stream.listen((news) => seen.push(news))()
  expect(seen).toEqual(['shop'])
  await stream.close()
})

it('after a write here, listeners know the room with it; a look that began before it is left out', async () => {
  let revision = 1
  let look: (look: object) => void = () => {}
  const pictureOf = (at: number) => ({ agents: [], room: { app: 'shop', at: 1, revision: at } })
  const room = {
    readPrompts: async () => false,
    ...QUIET,
    gatherRoom: async () => revision,
    drawPicture: (_ctx: unknown, at: number) => pictureOf(at),
    async *watchChannel(_ctx: unknown, input: { onLook(look: object): void; signal: AbortSignal }) {
      look = input.onLook
      look({ picture: pictureOf(1) })
      yield* []
      await ended(input.signal)
    },
  } as unknown as RoomOperations
  const stream = new RoomStream(CTX, room)
  const heard: (number | undefined)[] = []
  const first = new Promise<void>((done) => {
    stream.listen(({ picture }) => {
      heard.push(picture?.room.revision)
      done()
    })
  })
  await first
  // One that is being told when something is written.
  look({ picture: { ...pictureOf(1), agents: ['somebody'] } })
  revision = 2
  await stream.refresh()
  expect(heard.at(-1)).toBe(2)
  look({ picture: pictureOf(1) })
  look({ picture: pictureOf(3) })
  await stream.refresh()
  await stream.close()
  expect(heard).not.toContain(undefined)
  expect(heard.slice(heard.indexOf(2))).not.toContain(1)
  expect(heard).toContain(3)
})
