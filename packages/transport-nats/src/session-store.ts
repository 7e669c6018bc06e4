import type { LogCursor, Presence } from '@rally/core/model/presence'
import type { SessionStore } from '@rally/core/ports/transport'
import { NOTHING, packBody, unpackBody } from './bodies.js'
import { compareAndStore } from './compare-and-store.js'
import type { Room } from './room.js'
import { createStreamReader } from './stream-reader.js'

const ZERO: LogCursor = { revision: 0, changes_offset: 0 }

/** Presence is a key per session in a bucket whose entries expire. */
export function createSessionStore(room: Room): SessionStore {
  const { names, link } = room
  const stream = names.bucketStream('presence')
  const target = (sessionId: string) => ({
    what: 'presence',
    bucket: 'presence' as const,
    stream,
    subject: names.key('presence', link.api.requireSafeId(sessionId, 'session id')),
  })

  return {
    async put(presence) {
      await compareAndStore(room, target(presence.session_id), (known) =>
        packBody({ ...known?.value, ...presence, cursor: known?.value?.cursor ?? presence.cursor ?? ZERO }),
      )
    },
    async amend(sessionId, keys) {
      const { stored } = await compareAndStore(room, target(sessionId), (known) =>
        known?.value === undefined ? undefined : packBody({ ...known.value, ...keys }),
      )
      return stored !== undefined
    },
    async get(sessionId) {
      return toPresence((await room.newest(stream, target(sessionId).subject))?.value)
    },
    async list() {
      const entries = await createStreamReader(link, stream, names.keys('presence')).readLastPerSubject()
      return entries
        .map(({ message }) => toPresence(unpackBody(message.data, message.headers)))
        .filter((presence) => presence !== undefined)
        .sort((a, b) => (a.session_id < b.session_id ? -1 : 1))
    },
    async remove(sessionId) {
      const place = target(sessionId)
      const { stored } = await compareAndStore(room, place, (known) =>
        known?.value === undefined ? undefined : NOTHING,
      )
      return stored === undefined ? null : place.subject
    },
    async setCursor(sessionId, cursor) {
      await compareAndStore(room, target(sessionId), (known) =>
        packBody({ ...(known?.value ?? readerStub(sessionId)), cursor }),
      )
    },
  }
}

function toPresence(value: Record<string, unknown> | undefined): Presence | undefined {
  return typeof value?.session_id === 'string' ? (value as Presence) : undefined
}

/** Somebody who only reads (protocol section 4). */
function readerStub(sessionId: string): Presence {
  return {
    session_id: sessionId,
    tool: 'reader',
    model: 'n/a',
    run_id: 'n/a',
    app_slug: '',
    phase: 'reader',
    files_in_flight: [],
    heartbeat_ts: 0,
  }
}
