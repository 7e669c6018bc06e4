import fs from 'node:fs'
import { requireSafeId } from '@rally/core/ids'
import type { SessionStore } from '@rally/core/ports/transport'
import { FileMemo } from '../../channel-files/file-memo.js'
import { lastAnnouncements } from '../../channel-files/inflight-log.js'
import { leaveChannel } from '../../channel-files/leave-channel.js'
import type { Cache } from '../cache/cache-folder.js'
import type { Room } from '../room.js'
import { collectOldSessions, listSessions, type SessionMemo } from './list-sessions.js'
import { parsePresence } from './parse-presence.js'
import { amendPresence, presenceName, putCursor, putPresence, readPresenceFile, writtenAt } from './presence-file.js'

const WHAT = 'session id'

/** `sessions/*.json` of a channel (protocol section 4). Unsafe ids are refused before any path is built. */
export function createSessionStore(room: Room, cache: Cache): SessionStore {
  const memo: SessionMemo = new FileMemo()
  return {
    async put(presence) {
      const sessionId = requireSafeId(presence.session_id, WHAT)
      await room.write('presence', () => {
        const known = fs.existsSync(`${room.root}/${presenceName(sessionId)}`)
        putPresence(room, presence)
        if (!known) collectOldSessions(room.root, room.clock.now() * 1000)
      })
    },
    async amend(sessionId, keys) {
      requireSafeId(sessionId, WHAT)
      return room.write('presence', () => amendPresence(room, sessionId, keys))
    },
    async get(sessionId) {
      requireSafeId(sessionId, WHAT)
      return room.read(() => {
        const stored = readPresenceFile(room.root, sessionId)?.stored
        return stored && parsePresence(stored, sessionId)
      })
    },
    list: () => room.read(() => listSessions(room.root, cache, memo)),
    async writtenAt(sessionId) {
      requireSafeId(sessionId, WHAT)
      return room.read(() => writtenAt(room.root, sessionId))
    },
    announcedAt: () => room.read(() => lastAnnouncements(room.root)),
    async remove(sessionId) {
      requireSafeId(sessionId, WHAT)
      if (!(await room.read(() => fs.existsSync(room.root)))) return null
      return room.write('removal', () => leaveChannel(room.root, sessionId, room.clock.now()))
    },
    async setCursor(sessionId, cursor) {
      requireSafeId(sessionId, WHAT)
      await room.write('cursor', () => putCursor(room, sessionId, cursor))
    },
  }
}
