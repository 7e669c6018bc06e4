import { type JsonObject, text } from '@rally/core/readers'
import { isSessionName, nameStem, writerName } from '@rally/core/rules/roster/session-names'
import { assignName } from '@rally/local/channel-files/name-files'
import { readPresence } from '@rally/local/channel-files/presence-records'
import type { Session } from './session.js'

/**
 * What the session is called in this room: the name on its record, else one that it gets now. Undefined where none could be
 * stored; then the next start tries again.
 */
export function nameOf(
  { root, self, conversation, isChild }: Session,
  { stored, word, now }: { stored: JsonObject | undefined; word: string | undefined; now: number },
): string | undefined {
  if (isSessionName(stored?.name)) return stored.name
  const first = isChild ? undefined : text(readPresence(root, conversation)?.name)
  const wish = writerName(first, { sessionId: self.sessionId, conversation })
  const parent = self.parent === undefined ? undefined : text(readPresence(root, self.parent)?.name)
  try {
    return assignName(root, { sessionId: self.sessionId, stem: nameStem(self.tool, { word, parent }), wish, now })
  } catch {
    // A full disk, or a folder that may only be read: the session goes without a name.
    return undefined
  }
}
