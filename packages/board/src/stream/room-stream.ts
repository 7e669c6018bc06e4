import { setTimeout as sleep } from 'node:timers/promises'
import { reasonOf } from '@rally/core/errors'
import type { HookState } from '@rally/core/model/hook-states'
import type { RoomPicture } from '@rally/core/model/room-picture'
import type { RoomOperations } from '@rally/core/plugin-api/room-operations'
import { personName } from '@rally/core/rules/roster/person'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { SessionContext } from '@rally/core/usecases/context'
import { cleaned } from './cleaned.js'
import { keyedEntry, keyOfEntry } from './keyed-entry.js'
import { missingHooks } from './missing-hooks.js'
import { readOnce } from './read-once.js'
import type { BoardMessage, KeyedEntry, NothingRead, RoomNews } from './room-news.js'

/** What hooks keep beside the stores gives no sign: everything is read anew after so many seconds. */
const FULL_LOOK_SECS = 1.75
/** However much is written, so many seconds pass between two looks. */
const REST_SECS = 1.25
/** How far messages got is read anew after so many seconds; a new record of the room is no reason to wait. */
const LADDERS_SECS = 2
/** Files of hosts change rarely. */
const HOOKS_SECS = 30
/** Nothing is late by more than this, but for what a relay brings, which every so often is looked for further back. */
const LATE_SECS = 90
const FAR_BACK_SECS = 3600
const FAR_BACK_EVERY_SECS = 120
const MOST_ENTRIES = 5000
const MOST_MESSAGES = 150

/** A picture shows neither what is changed on disk nor messages, which are read by themselves. */
const NOT_ASKED = { dirty: { files: [], unknown: false }, lastMessages: [] } as const

type Listener = (news: RoomNews | NothingRead) => void

/**
 * The room as it changes, for any number of listeners; nothing is read while nobody listens. A listener is told at once what is
 * known, then of every look that found something else. `ctx` asks as the person.
 */
export class RoomStream {
  readonly #ctx: SessionContext
  readonly #room: RoomOperations
  readonly #forget: () => void
  readonly #listeners = new Set<Listener>()
  readonly #told = new Map<string, { readonly mark: string; readonly at: number }>()
  #running: { readonly stop: AbortController; readonly done: Promise<void> } | undefined
  #last: Omit<RoomNews, 'entries' | 'unreadable'> | undefined
  /** Why the last look failed; undefined when it did not. */
  #unreadable: string | undefined
  #lastMark = ''
  #hooks: { readonly at: number; readonly states: Readonly<Record<string, HookState>> } | undefined
  #messages: { readonly at: number; readonly revision: number; readonly cleaned: readonly BoardMessage[] } | undefined
  /** Messages as they were read last, and cleaned: one that did not change stays the same object. */
  #cleaned = new Map<string, { readonly mark: string; readonly message: BoardMessage }>()
  #farBackAt = 0
  #telling: Promise<void> | undefined
  /** A look that began before the last write here may still be told after it: the first one is left out. */
  #oldBelow = 0

  constructor(ctx: SessionContext, room: RoomOperations) {
    const once = readOnce(ctx)
    this.#ctx = once.ctx
    this.#forget = once.forget
    this.#room = room
  }

  /** Answers how to stop listening. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener)
    const news = this.#now()
    if (news !== undefined) listener(news)
    this.#start()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size > 0) return
      void this.close()
      // Whoever comes next gets the room as it is then.
      this.#last = undefined
      this.#unreadable = undefined
      this.#lastMark = ''
    }
  }

  /** What happened between two moments (epoch seconds), oldest first, of many the newest; each with its key. */
  async timeline(query: { readonly since: number; readonly until?: number; readonly limit: number }) {
    const { entries, leftOut } = await this.#room.readTimeline(this.#ctx, query)
    return { entries: entries.map(keyedEntry), leftOut }
  }

  /** Looks now, because something was written here: once it ends, listeners know of it. What fails is found by the next look. */
  async refresh(): Promise<void> {
    if (this.#last === undefined) return
    try {
      const input = { prompts: await this.#room.readPrompts(this.#ctx), skipDirty: true }
      this.#forget()
      const picture = this.#room.drawPicture(this.#ctx, await this.#room.gatherRoom(this.#ctx, input, NOT_ASKED), input)
      // What began to be told before this was written may not show it.
      while (this.#telling !== undefined) await this.#telling
      this.#messages = this.#messages && { ...this.#messages, at: 0 }
      this.#oldBelow = picture.room.revision
      await this.#tell(picture)
    } catch {}
  }

  async close(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    running?.stop.abort()
    await running?.done
  }

  #start(): void {
    if (this.#running !== undefined) return
    const stop = new AbortController()
    this.#running = { stop, done: this.#run(stop.signal) }
  }

  async #run(signal: AbortSignal): Promise<void> {
    const wait = (seconds: number, until: AbortSignal) =>
      sleep(Math.min(seconds * 1000, 2 ** 31 - 1), undefined, { signal: until }).catch(() => {})
    while (!signal.aborted) {
      try {
        const input = {
          ...{ prompts: await this.#room.readPrompts(this.#ctx), signal, wait },
          ...{ skipDirty: true, maxChanges: 0, baselineCurrent: true },
          // A timer may be a little early: whatever is older than a rest is read.
          ...{ intervalSecs: FULL_LOOK_SECS, fullLookSecs: REST_SECS, restSecs: REST_SECS },
          maxLifetimeSecs: Number.MAX_SAFE_INTEGER,
          onLook: ({ picture }: { readonly picture: RoomPicture }) => {
            if (picture.room.revision >= this.#oldBelow) void this.#tell(picture)
            this.#oldBelow = 0
          },
        }
        for await (const _ of this.#room.watchChannel(this.#ctx, input));
      } catch (error) {
        this.#cannotRead(error)
        // It may be readable later.
        await wait(FULL_LOOK_SECS, signal)
      }
    }
  }

  /** Looks that come while one is told are covered by the next. */
  async #tell(picture: RoomPicture): Promise<void> {
    if (this.#telling !== undefined) return
    this.#telling = this.#tellChanges(picture)
    await this.#telling
  }

  async #tellChanges(picture: RoomPicture): Promise<void> {
    try {
      const [messages, states, entries] = await Promise.all([
        this.#readMessages(picture.room.revision),
        this.#hookStates(),
        this.#fresh(),
      ])
      const missing = missingHooks(picture, states)
      const { sessionId } = this.#ctx.session
      const mark = JSON.stringify([{ ...picture, room: { ...picture.room, at: 0 } }, missing])
      if (mark === this.#lastMark && messages === this.#last?.messages && entries.length === 0) return
      this.#lastMark = mark
      const person = personName(sessionId) ?? sessionId
      this.#unreadable = undefined
      this.#last = { ...cleaned({ picture, missing, person }), messages }
      for (const listener of this.#listeners) listener({ ...this.#last, entries })
    } catch (error) {
      this.#cannotRead(error)
    } finally {
      this.#telling = undefined
      this.#forget()
    }
  }

  /** Listeners keep what they know, and hear that it is old. The next look that works is news, whatever it finds. */
  #cannotRead(error: unknown): void {
    this.#lastMark = ''
    this.#unreadable = cleanLine(reasonOf(error))
    const news = this.#now()
    if (news !== undefined) for (const listener of this.#listeners) listener(news)
  }

  /** What is known, nothing of it new; undefined before the first look. */
  #now(): RoomNews | NothingRead | undefined {
    const [unreadable, last] = [this.#unreadable, this.#last]
    if (last !== undefined) return { ...last, ...(unreadable !== undefined && { unreadable }), entries: [] }
    return unreadable === undefined ? undefined : { unreadable }
  }

  /** The same list as before where nothing in it changed. */
  async #readMessages(revision: number): Promise<readonly BoardMessage[]> {
    const now = this.#ctx.clock.now()
    const known = this.#messages
    if (known !== undefined && known.revision === revision && now - known.at < LADDERS_SECS) return known.cleaned
    const traced = await this.#room.readMessages(this.#ctx, { limit: MOST_MESSAGES })
    const before = this.#cleaned
    this.#cleaned = new Map()
    const found = traced.map(({ message, sender, recipients }) => {
      const one = { ...message, from_name: sender, recipients: [...recipients] }
      const mark = JSON.stringify(one)
      const same = before.get(message.id)
      const kept = same?.mark === mark ? same : { mark, message: cleaned(one) }
      this.#cleaned.set(message.id, kept)
      return kept.message
    })
    const isSame =
      known !== undefined &&
      known.cleaned.length === found.length &&
      found.every((one, at) => one === known.cleaned[at])
    this.#messages = { at: now, revision, cleaned: isSame ? known.cleaned : found }
    return this.#messages.cleaned
  }

  async #hookStates(): Promise<Readonly<Record<string, HookState>>> {
    const now = this.#ctx.clock.now()
    if (this.#hooks === undefined || now - this.#hooks.at >= HOOKS_SECS)
      this.#hooks = { at: now, states: await this.#room.readHooks(this.#ctx) }
    return this.#hooks.states
  }

  /** Entries that were not told yet, and edits that went on. */
  async #fresh(): Promise<KeyedEntry[]> {
    const now = this.#ctx.clock.now()
    const far = now - this.#farBackAt >= FAR_BACK_EVERY_SECS
    if (far) this.#farBackAt = now
    const since = now - (far ? FAR_BACK_SECS : LATE_SECS)
    const { entries } = await this.#room.readTimeline(this.#ctx, { since, limit: MOST_ENTRIES })
    const fresh = entries.filter((entry) => {
      const { type, until, count, number } = entry
      const key = keyOfEntry(entry)
      const mark = `${until} ${count} ${number}`
      const told = this.#told.get(key)
      // A message whose record is older than what was read has no number here; it has not lost it.
      const isKnown = told?.mark === mark || (told !== undefined && type === 'message' && number === null)
      if (!isKnown) this.#told.set(key, { mark, at: now })
      return !isKnown
    })
    if (far) for (const [key, { at }] of this.#told) if (now - at > 2 * FAR_BACK_SECS) this.#told.delete(key)
    return fresh.map(keyedEntry)
  }
}
