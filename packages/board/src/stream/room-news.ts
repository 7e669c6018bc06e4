import type { HookState } from '@rally/core/model/hook-states'
import type { SentOutput } from '@rally/core/model/outputs/sent'
import type { RoomPicture } from '@rally/core/model/room-picture'
import type { TimelineEntry } from '@rally/core/model/timeline-entry'

/** A message and how far it got with each recipient, texts cleaned. */
export type BoardMessage = SentOutput['messages'][number]

/** Hooks of a host whose sessions are here, or that has none installed. */
export interface MissingHooks {
  readonly host: string
  readonly state: HookState
  /** Sessions of that host on this machine that have not ended. */
  readonly sessions: number
  /** What to type. */
  readonly cure: string
}

/** What a live view is told while there is nothing to show: nothing could be read yet. */
export interface NothingRead {
  readonly picture?: undefined
  /** Why; the stream goes on trying. */
  readonly unreadable: string
}

/** What a live view is told: the room as it is now, and what is new on the timeline since it was told last. */
export interface RoomNews {
  readonly picture: RoomPicture
  /** Oldest first, the newest so many. */
  readonly messages: readonly BoardMessage[]
  readonly missing: readonly MissingHooks[]
  /** Why the room cannot be read now; all else is from before. Absent while it can. */
  readonly unreadable?: string
  /** What the person is called that writes here. */
  readonly person: string
  /** New or grown entries; `key` says which are the same one. Empty at the first telling. */
  readonly entries: readonly KeyedEntry[]
}

/** An entry of the timeline that can be told from others; a later one with the same key takes its place. */
export type KeyedEntry = TimelineEntry & { readonly key: string }

/** News on its way to a page that knows what it was told before. */
export interface NewsForPage extends Omit<RoomNews, 'messages'> {
  /** Those that the page does not know as they are. */
  readonly changed: readonly BoardMessage[]
  /** Ids of all messages, oldest first. */
  readonly ids: readonly string[]
}
