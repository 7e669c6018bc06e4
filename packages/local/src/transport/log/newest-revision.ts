import fs from 'node:fs'
import { int, obj, parseJson } from '@rally/core/readers'
import { lineRevision } from '../codec/line-revision.js'
import { linesBackward } from '../files/lines-backward.js'
import { type OpenFile, openToRead } from '../files/open-regular.js'

/** Records looked at: writers that append without our lock may be a few places out of order. */
const LOOK_BACK = 8
/** Lines looked at when they hold no records. */
const GIVE_UP = 1000

export interface LogEnd {
  /** The newest revision among the last records; 0 when there is none. */
  readonly newest: number
  /** Whether the file ends behind a newline. */
  readonly clean: boolean
}

/**
 * Looks at the end of a log file, at a cost independent of its length. When the last record is not newer than `known`,
 * the ones before it are not looked at.
 */
export function inspectEnd(file: OpenFile, known = -1): LogEnd {
  let newest = 0
  let seen = 0
  let lines = 0
  let clean = file.size === 0
  for (const { bytes, next } of linesBackward(file.fd, file.size)) {
    if (lines++ === 0) clean = next === file.size
    const revision = lineRevision(bytes, 0, bytes.length)
    newest = Math.max(newest, revision)
    if (revision > 0) seen++
    if ((seen > 0 && newest <= known) || seen >= LOOK_BACK || lines >= GIVE_UP) break
  }
  return { newest, clean }
}

/** The newest revision among the last records of a log file. */
export function newestRevisionIn(file: OpenFile): number {
  return inspectEnd(file).newest
}

/** As `newestRevisionIn`, by name; 0 for a file that does not exist. */
export function newestRevisionOf(root: string, relative: string): number {
  return withFile(root, relative, newestRevisionIn)
}

/**
 * The newest `local_seq` among the last lines of a log file: the only number in a record that readers of the existing
 * system count beside the `revision` file (protocol section 3.1).
 */
export function newestSequenceOf(root: string, relative: string): number {
  return withFile(root, relative, (file) => {
    let newest = 0
    let lines = 0
    for (const { bytes } of linesBackward(file.fd, file.size)) {
      const sequence = bytes.includes('"local_seq"') ? obj(parseJson(bytes.toString('utf8'))).local_seq : 0
      newest = Math.max(newest, int(sequence) ?? 0)
      if (++lines >= LOOK_BACK) break
    }
    return newest
  })
}

function withFile(root: string, relative: string, read: (file: OpenFile) => number): number {
  const file = openToRead(root, relative)
  if (file === undefined) return 0
  try {
    return read(file)
  } finally {
    fs.closeSync(file.fd)
  }
}
