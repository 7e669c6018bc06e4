/** How far hooks.wake lets a message ring an idle agent, the quietest first; each takes in those before it. */
export const WAKE_WORDS = ['never', 'asked', 'asks', 'urgent', 'all'] as const
export type WakeWord = (typeof WAKE_WORDS)[number]

/** A ring of a room: who was rung, by whom, for which message. */
export interface Ring {
  /** Epoch seconds. */
  readonly at: number
  readonly session: string
  readonly by: string
  /** Id of the message, where one was the reason. */
  readonly message: string | null
  /** The host took it. */
  readonly done: boolean
}
