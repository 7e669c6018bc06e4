import { lstatSync, readdirSync, unlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { dropStaleLock } from '@rally/files/lock-file'
import { holderOf } from './file-lock.js'
import { recordsFolder } from './install-record.js'
import type { Surroundings } from './surroundings.js'

/** Milliseconds. A temporary file lives for a few; where the name does not say whose it is, its age does. */
const OLD = 60_000

/** A temporary file beside a host's file, of this writer alone. */
export function temporaryName(real: string, surroundings: Surroundings): string {
  return join(dirname(real), `${stemOf(real)}${surroundings.unique()}.tmp`)
}

function stemOf(real: string): string {
  return `.${basename(real)}.rally-`
}

/**
 * Removes what a rally that was killed left behind: temporary files beside the file and in the folder of the records, and locks
 * there. To be called under the lock of the file. Never throws.
 */
export function sweepLeftovers(real: string, surroundings: Surroundings): void {
  const stem = stemOf(real)
  sweep(dirname(real), surroundings, (name) =>
    name.startsWith(stem) && name.endsWith('.tmp') ? name.slice(stem.length) : undefined,
  )
  const records = recordsFolder(surroundings)
  sweep(records, surroundings, (name) => /^[0-9a-f]{32}\.json\.tmp\.(.+)$/.exec(name)?.[1])
  for (const name of namesIn(records)) {
    if (name.endsWith('.lock')) dropStaleLock(join(records, name), holderOf(surroundings))
  }
}

/** @param writerOf the word of the writer in a temporary file's name; undefined for any other name */
function sweep(folder: string, surroundings: Surroundings, writerOf: (name: string) => string | undefined): void {
  for (const name of namesIn(folder)) {
    const writer = writerOf(name)
    if (writer === undefined) continue
    const path = join(folder, name)
    try {
      if (isDead(writer, surroundings) || surroundings.now() - lstatSync(path).mtimeMs > OLD) unlinkSync(path)
    } catch {
      // Somebody else was faster, or it is not ours to remove.
    }
  }
}

/** A writer's word begins with its process. */
function isDead(writer: string, surroundings: Surroundings): boolean {
  const pid = /^(\d+)-/.exec(writer)?.[1]
  return pid !== undefined && !surroundings.isAlive(Number(pid))
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
