/** How far a message got with one recipient. `gone`: it ended, or fell silent, before it was told. */
const RUNGS = ['stored', 'gone', 'told', 'acked', 'answered'] as const
export type Rung = (typeof RUNGS)[number]

/** What is known of a message at one recipient; times are epoch seconds, null where it did not happen. */
export interface LadderFacts {
  readonly told_at: number | null
  /** Acknowledged at this time or before: an acknowledgement covers everything in the box. */
  readonly acked_at: number | null
  readonly answered_at: number | null
  /** When the recipient ended, or was seen last; null while it lives. */
  readonly gone_at: number | null
}

/** The highest rung that did happen. */
export function rungOf({ told_at, acked_at, answered_at, gone_at }: LadderFacts): Rung {
  if (answered_at !== null) return 'answered'
  if (acked_at !== null) return 'acked'
  if (told_at !== null) return 'told'
  return gone_at === null ? 'stored' : 'gone'
}

/** Whether a rung is at least as high as another one. */
export function reaches(rung: Rung, wanted: Rung): boolean {
  return RUNGS.indexOf(rung) >= RUNGS.indexOf(wanted)
}
