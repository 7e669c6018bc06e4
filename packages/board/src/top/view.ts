import type { KeyedEntry, RoomNews } from '../stream/room-news.js'

/** What the person at the terminal chose. */
export interface View {
  /** Session id of the agent that is looked at. */
  readonly selected: string | undefined
  /** Only what has this text in it, letter case aside. */
  readonly filter: string
  /** The silent and gone ones, too. */
  readonly all: boolean
  /** The selected agent has all of the lower part. */
  readonly detail: boolean
  readonly help: boolean
  /** Lines that the timeline is scrolled back by. */
  readonly back: number
}

export const FIRST_VIEW: View = {
  selected: undefined,
  filter: '',
  all: false,
  detail: false,
  help: false,
  back: 0,
}

/** What is known of the room: the last news, and the timeline as far as it was told. */
export interface Known {
  readonly news: RoomNews
  /** Oldest first. */
  readonly timeline: readonly KeyedEntry[]
}

/** Said at the bottom until the next key. */
export interface Notice {
  readonly text: string
  readonly failed: boolean
}
