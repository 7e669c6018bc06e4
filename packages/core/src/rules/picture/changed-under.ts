import { isKin } from '../presence/family.js'
import { isInFlight } from '../presence/in-flight.js'
import { isSameTree } from '../presence/same-tree.js'
import type { SessionFacts } from './facts.js'

/**
 * The files of a session that somebody else, who is not its family, announced an edit of after its own last one, in the same
 * working tree. Announcements say it, whether or not the other one still lives.
 */
export function changedUnder(session: SessionFacts, everybody: readonly SessionFacts[], now: number): Set<string> {
  if (session.edits.length === 0) return new Set()
  const kin = (one: SessionFacts) => ({ sessionId: one.presence.session_id, parent: one.presence.parent })
  const others = everybody.filter((one) => one !== session && !isKin(kin(one), kin(session)))
  const changed = session.edits.filter(
    (own) =>
      isInFlight(own, now) &&
      own.announced !== true &&
      others.some(({ edits }) =>
        edits.some(
          (edit) => edit.path === own.path && edit.announced !== true && edit.last > own.last && isSameTree(edit, own),
        ),
      ),
  )
  return new Set(changed.map(({ path }) => path))
}
