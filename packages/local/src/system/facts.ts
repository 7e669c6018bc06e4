import { lstatSync, type Stats, statSync } from 'node:fs'
import { errorCode } from './small-file.js'

/** What stands at a path, links not followed; undefined when nothing does, or when something on the way is no folder. */
export function lstatIfThere(path: string): Stats | undefined {
  return orNothing(() => lstatSync(path, { throwIfNoEntry: false }))
}

/** The same, links followed. */
export function statIfThere(path: string): Stats | undefined {
  return orNothing(() => statSync(path, { throwIfNoEntry: false }))
}

/** A file that changed so shortly before it was looked at may have changed again in the same tick of its clock (ms). */
const RACY_MS = 50
/** The same where the file system seems to keep whole seconds only (ms). */
const RACY_SECONDS_MS = 2_000

/** Whether a file that shows this time cannot have changed unseen after it was read at `readAt`; both in milliseconds. */
export function isSettled(mtimeMs: number, readAt: number): boolean {
  return readAt > mtimeMs + (mtimeMs % 1000 === 0 ? RACY_SECONDS_MS : RACY_MS)
}

/** Node throws for a file in the place of a folder, although nothing can be there. */
function orNothing(look: () => Stats | undefined): Stats | undefined {
  try {
    return look()
  } catch (error) {
    if (errorCode(error) === 'ENOTDIR') return undefined
    throw error
  }
}
