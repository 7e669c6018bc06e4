import type { InFlight } from '../../model/in-flight.js'
import { isKin } from '../presence/family.js'
import { isInFlight } from '../presence/in-flight.js'
import { isSameTree } from '../presence/same-tree.js'
import type { SessionFacts } from './facts.js'

export interface RoomEdits {
  readonly everybody: readonly SessionFacts[]
  /** What sessions that have ended had edited. */
  readonly left: readonly InFlight[]
  readonly now: number
}

/**
 * The files of a session that somebody else, who is not its family, announced an edit of after its own last one, in the same
 * working tree. Announcements say it, whether or not the other one still lives.
 */
export function changedUnder(session: SessionFacts, { everybody, left, now }: RoomEdits): Set<string> {
  if (session.edits.length === 0) return new Set()
  const kin = (one: SessionFacts) => ({ sessionId: one.presence.session_id, parent: one.presence.parent })
  const others = [
    ...everybody.filter((one) => one !== session && !isKin(kin(one), kin(session))).flatMap(({ edits }) => edits),
    ...left.filter((edit) => !isKin(edit, kin(session))),
  ]
  const changed = session.edits.filter(
    (own) =>
      isInFlight(own, now) &&
      own.announced !== true &&
      others.some(
        (edit) => edit.path === own.path && edit.announced !== true && edit.last > own.last && isSameTree(edit, own),
      ),
  )
  return new Set(changed.map(({ path }) => path))
}
