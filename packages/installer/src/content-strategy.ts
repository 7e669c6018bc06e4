import type { EntryChange } from './plan-entries.js'

/** Bytes that a file shall have (undefined: the file shall go) and what that means for our entries. */
export interface NewContent {
  readonly bytes: Buffer | undefined
  readonly changes: readonly EntryChange[]
}

/** What is known of the file before rally came: undefined when nothing is, `bytes: undefined` when there was no file. */
export interface KnownOriginal {
  readonly bytes: Buffer | undefined
  /** Unified diff from what rally wrote to the original. */
  readonly undo: string | null
}

/** How rally's part of one file is put in and taken out; everything about disks and undoing is the same for all. Throws Refused. */
export interface ContentStrategy {
  install(current: Buffer | undefined, original?: KnownOriginal): NewContent
  remove(current: Buffer, original: KnownOriginal | undefined): NewContent
  /** What `remove` would take out, for a file of which the bytes before rally came are known: nothing has to be cut then. */
  takenOut?(current: Buffer): readonly EntryChange[]
  /** What looks like ours and has no record is somebody else's: rules that the user gave himself. */
  readonly sharesForm?: true
  /** Whether anything of ours is in the file. */
  holdsOurs(current: Buffer): boolean
}
