import type { InFlight } from '../../model/in-flight.js'
import { isKin, type Kin } from '../presence/family.js'
import { isInFlight } from '../presence/in-flight.js'
import { isSameTree } from '../presence/same-tree.js'
import type { SessionFacts } from './facts.js'

/** Announced edits by their path, each with whose it is. */
export type EditsByPath = ReadonlyMap<string, readonly { readonly edit: InFlight; readonly by: Kin }[]>

/** Edits of everybody, and what sessions that have ended had edited (`left`). */
export function editsByPath(everybody: readonly SessionFacts[], left: readonly InFlight[]): EditsByPath {
  const found = new Map<string, { edit: InFlight; by: Kin }[]>()
  const add = (edit: InFlight, by: Kin) => {
    if (edit.announced === true) return
    const known = found.get(edit.path)
    if (known === undefined) found.set(edit.path, [{ edit, by }])
    else known.push({ edit, by })
  }
  for (const session of everybody) for (const edit of session.edits) add(edit, kinOf(session))
  for (const edit of left) add(edit, edit)
  return found
}

/**
 * The files of a session that somebody else, who is not its family, announced an edit of after its own last one, in the same
 * working tree. Announcements say it, whether or not the other one still lives. `now` in epoch seconds.
 */
export function changedUnder(session: SessionFacts, edits: EditsByPath, now: number): Set<string> {
  const self = kinOf(session)
  const changed = session.edits.filter(
    (own) =>
      isInFlight(own, now) &&
      own.announced !== true &&
      edits.get(own.path)?.some(({ edit, by }) => edit.last > own.last && !isKin(by, self) && isSameTree(edit, own)) ===
        true,
  )
  return new Set(changed.map(({ path }) => path))
}

function kinOf({ presence }: SessionFacts): Kin {
  return { sessionId: presence.session_id, parent: presence.parent }
}
