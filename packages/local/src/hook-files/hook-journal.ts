import fs from 'node:fs'
import { join } from 'node:path'
import { isObject, parseJson, str, text } from '@rally/core/readers'
import { makeFolders } from '../system/make-folder.js'
import { type Env, stateDir } from '../system/user-dirs.js'

/** The journal starts anew at this size; one older part is kept. */
const LARGEST = 512 << 10
const FILE = 'hooks.jsonl'
const OLDER = 'hooks.1.jsonl'

/** One call of `rally-hook`. Never a word of a payload or of a message. */
export interface JournalEntry {
  /** Epoch seconds. */
  readonly t: number
  readonly host: string
  readonly event: string
  /** Since the process started. */
  readonly ms: number
  /** What came of it; docs/reference/hook-journal.md lists the codes. */
  readonly code: string
  /** Id of the conversation that it was for, where the payload named one. */
  readonly session?: string | undefined
}

/** The file that holds the newest entries. */
export function journalPath(env: Env): string {
  return join(stateDir(env), FILE)
}

/** Appends one line, best effort: a journal that cannot be written never disturbs a hook. */
export function appendJournal(env: Env, entry: JournalEntry): void {
  try {
    const folder = stateDir(env)
    const path = join(folder, FILE)
    const line = `${JSON.stringify(entry)}\n`
    const flags = fs.constants.O_WRONLY | fs.constants.O_APPEND | fs.constants.O_CREAT | fs.constants.O_NONBLOCK
    let fd: number
    try {
      fd = fs.openSync(path, flags, 0o600)
    } catch {
      makeFolders(folder)
      fd = fs.openSync(path, flags, 0o600)
    }
    try {
      const stats = fs.fstatSync(fd)
      if (!stats.isFile()) return
      fs.writeSync(fd, line)
      if (stats.size > LARGEST) fs.renameSync(path, join(folder, OLDER))
    } finally {
      fs.closeSync(fd)
    }
  } catch {
    // No home, no space, no permission.
  }
}

/** The entries that are kept, oldest first; lines that cannot be read are left out. */
export function readJournal(env: Env): JournalEntry[] {
  return [OLDER, FILE].flatMap((name) => readEntries(join(stateDir(env), name)))
}

function readEntries(path: string): JournalEntry[] {
  let content: string
  try {
    if (!fs.statSync(path).isFile()) return []
    content = fs.readFileSync(path, 'utf8')
  } catch {
    return []
  }
  return content.split('\n').flatMap((line) => {
    const entry = parseJson(line)
    if (!isObject(entry) || typeof entry.t !== 'number' || typeof entry.ms !== 'number') return []
    return [
      {
        t: entry.t,
        host: str(entry.host),
        event: str(entry.event),
        ms: entry.ms,
        code: str(entry.code),
        session: text(entry.session),
      },
    ]
  })
}
