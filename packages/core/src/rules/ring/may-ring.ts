import type { Ring, WakeWord } from '../../model/ring.js'

/** Seconds between two rings of one session; rings of a room in an hour; for so long somebody who was rung does not ring back. */
const RING_PAUSE_SECS = 120
const RINGS_PER_HOUR = 6
const RING_BACK_SECS = 600

export interface RingWish {
  readonly now: number
  readonly by: string
  readonly session: string
  /** Rings of the room, those that failed included: they count as well. */
  readonly rings: readonly Ring[]
}

/** Why a session is not rung now, for a person; undefined when it may be. */
export function ringRefusal({ now, by, session, rings }: RingWish): string | undefined {
  const recent = rings.filter(({ at }) => Math.abs(now - at) < 3600)
  // Clocks of processes that ring at once differ a little: what lies just ahead counts as well.
  if (recent.some((ring) => ring.session === session && Math.abs(now - ring.at) < RING_PAUSE_SECS))
    return 'it was rung less than two minutes ago'
  if (recent.some((ring) => ring.session === by && ring.by === session && Math.abs(now - ring.at) < RING_BACK_SECS))
    return 'it rang the sender less than ten minutes ago'
  if (recent.length >= RINGS_PER_HOUR) return `this room was rung ${RINGS_PER_HOUR} times in an hour`
  return undefined
}

/** Whether a message rings without being told to. */
export function ringsByItself(wake: WakeWord, message: { readonly asks: boolean; readonly urgent: boolean }): boolean {
  if (wake === 'all') return true
  return (message.asks && reaches(wake, 'asks')) || (message.urgent && reaches(wake, 'urgent'))
}

/** The quieter of two words. */
export function quieter(a: WakeWord, b: WakeWord): WakeWord {
  return reaches(a, b) ? b : a
}

/** As `WAKE_WORDS`, which hooks do not load; the test holds them together. */
const QUIETEST: readonly WakeWord[] = ['never', 'asked', 'asks', 'urgent', 'all']

function reaches(word: WakeWord, wanted: WakeWord): boolean {
  return QUIETEST.indexOf(word) >= QUIETEST.indexOf(wanted)
}
