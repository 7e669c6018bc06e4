import type { InFlight } from '../../model/in-flight.js'
import type { PictureAgent } from '../../model/room-picture.js'
import { changedUnder, editsByPath } from './changed-under.js'
import { describeAgent } from './describe-agent.js'
import type { SessionFacts } from './facts.js'

export interface DrawOptions {
  /** Epoch seconds. */
  readonly now: number
  /** The session that asks. */
  readonly selfId?: string | undefined
  /** Whether whoever asks may see first lines of prompts. */
  readonly showsPrompts: boolean
  /** What sessions that have ended had edited. */
  readonly left?: readonly InFlight[] | undefined
}

/** The agents of a room as every view shows them; persons are none. */
export function drawAgents(
  everybody: readonly SessionFacts[],
  { now, selfId, showsPrompts, left = [] }: DrawOptions,
): PictureAgent[] {
  const childrenOf = new Map<string, number>()
  for (const { life, presence } of everybody) {
    const { parent } = presence
    if (life === 'live' && parent != null) childrenOf.set(parent, (childrenOf.get(parent) ?? 0) + 1)
  }
  const edits = editsByPath(everybody, left)
  return everybody
    .filter(({ isPerson }) => !isPerson)
    .map((session) =>
      describeAgent(session, {
        now,
        selfId,
        children: childrenOf.get(session.presence.session_id) ?? 0,
        showsPrompts,
        changed: session.life === 'live' ? changedUnder(session, edits, now) : new Set(),
      }),
    )
}
