import fs from 'node:fs'
import { countOf } from '../codec/python-values.js'
import { keepFile } from '../files/kept-file.js'
import { openToUpdate } from '../files/open-regular.js'
import { readText } from '../files/read-text.js'
import { writeAtomically } from '../files/write-atomically.js'

const NAME = 'revision'

/** The number in the `revision` file; 0 when it is missing or holds none (protocol section 3.1). Takes no lock. */
export function readRevisionFile(root: string): number {
  return countOf(readText(root, NAME)?.text.trim() || 0)
}

/** The `revision` file of a writer that holds the lock. */
export interface RevisionFile {
  /** Takes the number after the file's and after what the log itself shows, and writes it. */
  take(newestInLog: (inFile: number) => number): number
  close(): void
}

/**
 * Found by name each time, because the reference replaces the file. Written in place by one `pwrite`: ten times cheaper
 * than a temporary file and a rename. Only where a reader without lock could see a mixture (the number gets a digit more,
 * or the file holds something else) it is replaced.
 */
export function createRevisionFile(root: string): RevisionFile {
  const kept = keepFile(`${root}/${NAME}`, () => openToUpdate(root, NAME), { replacedOnly: true })
  const bytes = Buffer.alloc(32)
  return {
    take(newestInLog) {
      const { fd } = kept.current()
      const text = bytes.toString('latin1', 0, fs.readSync(fd, bytes, 0, bytes.length, 0))
      const inFile = countOf(text.trim() || 0)
      const next = Math.max(inFile, newestInLog(inFile)) + 1
      const digits = String(next)
      if (/^\d+$/.test(text) && text.length === digits.length) fs.writeSync(fd, digits, 0, 'latin1')
      else writeAtomically(root, NAME, { text: digits, synced: false })
      return next
    },
    close: kept.close,
  }
}
