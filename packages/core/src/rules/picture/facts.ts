import type { InFlight } from '../../model/in-flight.js'
import type { Presence } from '../../model/presence.js'
import type { PromptNote } from '../../ports/activity.js'

/** A session as the picture is drawn from it. */
export interface SessionFacts {
  readonly presence: Presence
  readonly name: string
  readonly life: 'live' | 'silent' | 'gone'
  /** Epoch seconds of the last sign of life or edit. */
  readonly lastAction: number
  /** The agent is no agent but a person. */
  readonly isPerson: boolean
  readonly edits: readonly InFlight[]
  readonly prompt?: PromptNote | undefined
  /** What the newest heartbeat says that it works on. */
  readonly heartbeatTask?: string | undefined
  readonly unread: number | null
  readonly claims: readonly string[]
  /** It has an open question. */
  readonly asks: boolean
}

/** The name of a session, of one that is not here any more its tool. */
export type NameOf = (sessionId: string, tool: string) => string
