/** What can be wrong with a file of a channel; the words are stable (docs/reference/doctor.md). */
export type DamageCode =
  /** A folder, a pipe, a device where a file belongs, or a file where a folder belongs. */
  | 'wrong-type'
  /** A symbolic link that leads out of the channel, or nowhere. */
  | 'bad-link'
  | 'unreadable'
  | 'foreign-owner'
  | 'too-large'
  | 'damaged-file'
  | 'damaged-lines'
  /** The last line has no newline: somebody is writing, or died doing so. */
  | 'unfinished-line'
  | 'future-time'
  | 'unsafe-name'

/** One thing that is wrong with one file. */
export interface Damage {
  readonly code: DamageCode
  /** Below the channel, with `/`; as the file system has it, so it may hold anything. */
  readonly path: string
  /** Number of the first line concerned, where lines matter. */
  readonly line: number | null
  /** What was found, one clause. */
  readonly found: string
}
