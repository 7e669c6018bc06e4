import { sessionNames, shownId } from '../../rules/roster/shown-names.js'
import type { RoomContext } from '../context.js'

/** A session that may be asking, where several may. */
export interface Candidate {
  readonly session_id: string
  readonly name: string
  /** Empty where the room has no record of it. */
  readonly tool: string
}

/** Names and tools of sessions that may be asking. */
export async function candidatesOf(
  { transport }: Pick<RoomContext, 'transport'>,
  ids: readonly string[],
): Promise<readonly Candidate[]> {
  if (ids.length === 0) return []
  const sessions = await transport.sessions.list()
  const names = sessionNames(sessions)
  return ids.map((id) => {
    const tool = sessions.find(({ session_id }) => session_id === id)?.tool ?? ''
    return { session_id: id, name: names.get(id) ?? shownId(id), tool }
  })
}
