import { setTimeout as sleep } from 'node:timers/promises'
import type { RallyApi } from '@rally/core/plugin-api/rally-api'
import { PERSON_TOOL } from '@rally/core/rules/roster/person'
import { CATALOGUE } from '../errors.js'
import { RoomStream } from '../stream/room-stream.js'
import { writeAsPerson } from '../stream/write-as-person.js'
import type { AlertSettings } from './alerts.js'
import { listenToKeys } from './keyboard.js'
import { Screen } from './screen.js'
import { stopDead } from './stop-dead.js'
import { themeFor } from './theme.js'
import { Top } from './top.js'

/** `bell` and `title`: as asked for now; undefined where the configuration decides, and both are on unless it says otherwise. */
export interface TopOptions extends Readonly<Record<keyof AlertSettings, boolean | undefined>> {
  /** Absolute. */
  readonly workdir: string
  /** Somebody wants JSON, which a page on a terminal is not. */
  readonly json: boolean
}

/** At the start the timeline goes back so far. */
const HISTORY_SECS = 24 * 3600
const HISTORY_ENTRIES = 500
/** Ages grow. */
const TICK_MS = 1000
/** What a write brought is said after so long, however slowly the room is read. */
const MOST_WAIT_MS = 5000
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

/** Shows the room until somebody ends it; answers the exit code. Throws TOP_NO_TERMINAL. */
export async function runTop(api: RallyApi, { workdir, bell, title, json }: TopOptions): Promise<number> {
  const { stdin, stdout, env } = process
  if (json || !stdin.isTTY || !stdout.isTTY || env.TERM === 'dumb') throw api.errors(CATALOGUE)('TOP_NO_TERMINAL')
  const ctx = await api.session({ workdir, tool: PERSON_TOOL })
  const room = await api.operations()
  const said = await room.readTop(ctx)
  const alerts = { bell: bell ?? said.bell ?? true, title: title ?? said.title ?? true }
  const stream = new RoomStream(ctx, room)
  const writing = writeAsPerson({ api, room }, ctx)
  const person = ctx.session.sessionId
  const screen = new Screen(stdin, stdout)
  const ended = endOnce()
  const after =
    <Args extends unknown[]>(write: (...args: Args) => Promise<string>) =>
    async (...args: Args) => {
      const said = await write(...args)
      // What came of it is said beside a room that shows it: the next key acts on what is on the screen.
      await Promise.race([stream.refresh(), sleep(MOST_WAIT_MS, undefined, { ref: false })])
      return said
    }
  const top = new Top({
    ...{ screen, theme: themeFor(env), alerts, now: () => ctx.clock.now() },
    writing: {
      tell: after(writing.tell),
      reply: after(writing.reply),
      claim: after(writing.claim),
      settle: after(writing.settle),
    },
    stop: after((agent) => stopDead(api, { workdir, person }, agent)),
    quit: ended.resolve,
    suspend() {
      screen.close()
      process.kill(process.pid, 'SIGSTOP')
    },
  })
  const draw = () => top.draw()
  const fail = (thrown: unknown) => ended.reject(thrown)
  const cleanUp = [
    on('uncaughtException', fail),
    on('unhandledRejection', fail),
    on('SIGCONT', () => {
      screen.open()
      draw()
    }),
    ...Object.entries(SIGNALS).map(([name, code]) => on(name, () => ended.resolve(code))),
  ]
  screen.open()
  const tick = setInterval(draw, TICK_MS)
  stdout.on('resize', draw)
  // A terminal that is gone ends the program by its hang-up, if it has not ended by itself.
  stdout.on('error', () => ended.resolve(SIGNALS.SIGHUP))
  stdin.once('end', () => ended.resolve(SIGNALS.SIGHUP))
  const stopKeys = listenToKeys(stdin, (pressed) => top.press(pressed))
  draw()
  const history = loadOnce(async () => {
    const { entries } = await stream.timeline({ since: ctx.clock.now() - HISTORY_SECS, limit: HISTORY_ENTRIES })
    top.remember(entries)
    draw()
  })
  const stopNews = stream.listen((news) => {
    // Where it could not be read at first, it is asked for again as soon as there is news.
    if (news.picture !== undefined) history()
    top.take(news)
    // What goes wrong while drawing is no matter of the stream.
    setImmediate(draw)
  })
  history()
  try {
    return await ended.promise
  } finally {
    clearInterval(tick)
    stdout.off('resize', draw)
    stopNews()
    stopKeys()
    screen.close()
    await stream.close()
    for (const off of cleanUp) off()
  }
}

/** Does something until it went well once; what goes wrong is said by what else cannot be read. */
function loadOnce(load: () => Promise<void>): () => void {
  let isDone = false
  return () => {
    if (isDone) return
    isDone = true
    load().catch(() => {
      isDone = false
    })
  }
}

/** Ends with the first code or failure; Promise.withResolvers is not in Node 20. */
function endOnce() {
  let resolve: (code: number) => void = () => {}
  let reject: (thrown: unknown) => void = () => {}
  const promise = new Promise<number>((done, failed) => {
    resolve = done
    reject = failed
  })
  return { promise, resolve, reject }
}

function on(event: string, listener: (value: unknown) => void): () => void {
  process.on(event, listener)
  return () => process.off(event, listener)
}
