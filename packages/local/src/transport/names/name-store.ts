import fs from 'node:fs'
import { requireSafeId } from '@rally/core/ids'
import type { HeldName } from '@rally/core/model/held-name'
import type { NameStore } from '@rally/core/ports/transport'
import { isSessionName } from '@rally/core/rules/roster/session-names'
import { FileMemo } from '../../channel-files/file-memo.js'
import { assignName, listNames, readName, releaseName } from '../../channel-files/name-files.js'
import type { Room } from '../room.js'

/** `names/*` of a channel. */
export function createNameStore(room: Room): NameStore {
  const now = (): number => room.clock.now()
  const memo = new FileMemo<HeldName | undefined>()
  return {
    async assign(sessionId, stem) {
      const id = requireSafeId(sessionId, 'session id')
      return room.write('name', () => assignName(room.root, { sessionId: id, stem, now: now() }))
    },
    holder: (name) => room.read(() => (isSessionName(name) ? readName(room.root, name) : undefined)),
    list: () => room.read(() => listNames(room.root, memo)),
    async release(sessionId) {
      requireSafeId(sessionId, 'session id')
      if (!(await room.read(() => fs.existsSync(room.root)))) return
      await room.write('name', () => releaseName(room.root, { sessionId, now: now() }))
    },
  }
}
