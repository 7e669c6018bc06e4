import { closeSync, lstatSync, openSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { checksum } from '@rally/local/system/checksum'
import { makeFolders } from '@rally/local/system/make-folder'
import { isOwnFolder } from '@rally/local/system/own-folder'
import { cacheDir, type Env } from '@rally/local/system/user-dirs'

const FOLDER = 'said'
/** A busy machine starts the second of two a good while after the first; a person does nothing twice within that time. */
const STAGGER_MS = 1_500
/** What is older is nobody's twin any more. */
const OLD_MS = 60_000

/**
 * Whether another entry for the very same event has given this very answer since this process started, or shortly before: a host's plugin and its
 * settings file may hold the same hook, and both are started at once. Of several exactly one is the first; the others leave it to
 * that one. An event that comes again later, or of which there is something else to say by then, is answered again. Waits for nobody; when nothing can be kept, each speaks.
 */
export function isSaidByTwin(env: Env, { payload, answer, started }: Said): boolean {
  try {
    const cache = cacheDir(env)
    const folder = join(cache, FOLDER)
    makeFolders(folder, 2)
    if (!isOwnFolder(cache) || !isOwnFolder(folder)) return false
    const text = JSON.stringify(payload) + answer
    const path = join(folder, `${checksum(text)}-${text.length}`)
    if (isFirst(path)) sweep(folder)
    else if (lstatSync(path).mtimeMs >= started - STAGGER_MS) return true
    // Somebody said it before this event came.
    else {
      rmSync(path, { force: true })
      return !isFirst(path)
    }
  } catch {
    // Twice is better than never.
  }
  return false
}

export interface Said {
  readonly payload: object
  readonly answer: string
  /** When this process started, milliseconds since the epoch. */
  readonly started: number
}

function isFirst(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx', 0o600))
    return true
  } catch (error) {
    if ((error as { code?: unknown }).code === 'EEXIST') return false
    throw error
  }
}

function sweep(folder: string): void {
  const old = Date.now() - OLD_MS
  for (const name of readdirSync(folder)) {
    const facts = lstatSync(join(folder, name), { throwIfNoEntry: false })
    if (facts !== undefined && facts.mtimeMs < old) rmSync(join(folder, name), { force: true })
  }
}
