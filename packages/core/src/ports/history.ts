import type { EditStretch } from '../model/edit-stretch.js'

export interface EditQuery {
  /** Epoch seconds: only edits that went on at or after `since`, and began at or before `until`. */
  readonly now: number
  readonly since: number
  readonly until?: number | undefined
  /** Only these files, relative to the top of a working tree. */
  readonly paths?: readonly string[] | undefined
  /** Only what this says yes to. */
  readonly matches?: ((edit: EditStretch) => boolean) | undefined
  /** Only of these sessions, which are in the room, and only what they did since they came: nothing else is read. */
  readonly present?: readonly string[] | undefined
  /** Only so many, the newest. */
  readonly limit?: number | undefined
}

/**
 * What this machine remembers of a room for some days (`history.days`): private, never relayed. Nothing is answered where nothing
 * is there or can be read.
 */
export interface HistoryPort {
  /** Who edited which file when, by the last edit, oldest first; what goes on now included. */
  edits(query: EditQuery): Promise<readonly EditStretch[]>
}
