import fs from 'node:fs'
import { lstatIfThere } from '../system/facts.js'
import { readNames } from '../transport/files/read-names.js'
import { ENDED_FOLDER } from './ended-work.js'

/**
 * Who edited which file in which working tree when: `hook/edits/<day>.jsonl`, a line for each stretch of edits, written by
 * programs that look, never by hooks. The announcements of sessions that ended are folded into it; those of the others are
 * read where they stand. Private to this machine, kept for `history.days`.
 */
const EDITS_FOLDER = 'hook/edits'

export const DAY = 24 * 3600
/** So much is kept of all days together. */
export const MOST_KEPT_BYTES = 64 << 20

export interface Kept {
  /** Epoch seconds. */
  readonly now: number
  /** How long edits are kept. */
  readonly days: number
}

/** Takes away what is older than it is kept, and the oldest days of a history that has grown too large. */
export function removeOldEdits(root: string, { now, days }: Kept): void {
  const oldest = now - days * DAY
  let kept = 0
  for (const day of daysOf(root).reverse()) {
    const path = `${root}/${dayPath(day)}`
    kept += lstatIfThere(path)?.size ?? 0
    if ((day + 1) * DAY <= oldest || kept > MOST_KEPT_BYTES) fs.rmSync(path, { force: true })
  }
  for (const name of readNames(`${root}/${ENDED_FOLDER}`)) {
    const path = `${root}/${ENDED_FOLDER}/${name}`
    const stats = lstatIfThere(path)
    if (stats !== undefined && stats.mtimeMs / 1000 <= oldest) fs.rmSync(path, { force: true })
  }
}

export function dayPath(day: number): string {
  return `${EDITS_FOLDER}/${day}.jsonl`
}

/** The days that something is kept of, oldest first. */
export function daysOf(root: string): number[] {
  return readNames(`${root}/${EDITS_FOLDER}`)
    .flatMap((name) => /^(\d{1,8})\.jsonl$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b)
}
