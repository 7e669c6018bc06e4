import { fstatSync, lstatSync, readdirSync, readSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { int, list, num, obj, parseJson, str, text } from '@rally/core/readers'
import { checksum } from '@rally/local/system/checksum'
import { makeFolders } from '@rally/local/system/make-folder'
import { isOwnFolder } from '@rally/local/system/own-folder'
import { readSmallFile } from '@rally/local/system/small-file'
import { cacheDir, type Env } from '@rally/local/system/user-dirs'
import { writeAtomically } from '@rally/local/transport/files/write-atomically'

// A status line is asked for at every prompt and far more often than anything changes. The line that was printed last is printed
// again, before the program is loaded, as long as every file of the room is what it was when the line was made. What no file of the
// room says (a verdict of a coordination file, another configuration, how long somebody is silent) may be late by KEPT_SECS.

const KEPT_SECS = 20
const FOLDER = 'statusline'
/** A note that nobody renewed for so long (seconds) is taken away. */
const OLD_SECS = 3600
/** A room of more files is looked at by the program. */
const MOST_FILES = 500
const LARGEST = 64 << 10
const LARGEST_INPUT = 256 << 10

/** Who asks for a line, where, and how. */
export interface Asked {
  /** The words behind the command. */
  readonly words: readonly string[]
  readonly cwd: string
  readonly env: Env
  /** The process that asks: where nothing else says who that is, it does. */
  readonly ppid: number
  /** What stands on stdin, where the words say that it counts. */
  readonly input: string | undefined
}

/** What a line was made from. */
export interface MadeFrom {
  /** The room's folder and its stamp, taken before anything in it was read; without it there is no room. */
  readonly room?: { readonly root: string; readonly stamp: string } | undefined
  /** Processes of sessions that were seen to run. */
  readonly pids: readonly number[]
}

/** Who asks this process. Reads stdin where the words say so. */
export function readAsked(words: readonly string[]): Asked {
  const input = words.includes('--stdin') ? readStdin() : undefined
  return { words, cwd: process.cwd(), env: process.env, ppid: process.ppid, input }
}

/** The line that was printed last for the same question, if nothing has changed since. */
export function keptLine(asked: Asked, now: number): string | undefined {
  try {
    const folder = join(cacheDir(asked.env), FOLDER)
    if (!isOwnFolder(folder)) return undefined
    const file = readSmallFile(join(folder, nameOf(asked)), LARGEST, { follow: false })
    const note = file.kind === 'text' ? obj(parseJson(file.text)) : {}
    const [at, line, root] = [num(note.at), note.line, text(note.root)]
    if (at === undefined || now < at || now >= at + KEPT_SECS || typeof line !== 'string') return undefined
    if (root !== undefined && stampOf(root) !== note.stamp) return undefined
    return list(note.pids).every((pid) => isThere(int(pid) ?? 0)) ? line : undefined
  } catch {
    return undefined
  }
}

/** Keeps a line; best effort. `now`: when the room was looked at. */
export function keepLine(asked: Asked, { line, room, pids }: MadeFrom & { readonly line: string }, now: number): void {
  try {
    const cache = cacheDir(asked.env)
    const folder = join(cache, FOLDER)
    makeFolders(folder, 3)
    if (!isOwnFolder(cache) || !isOwnFolder(folder)) return
    const note = { at: now, line, pids, ...(room === undefined ? {} : { root: room.root, stamp: room.stamp }) }
    const name = nameOf(asked)
    if (readSmallFile(join(folder, name), LARGEST, { follow: false }).kind === 'absent') sweep(folder, now)
    writeAtomically(cache, `${FOLDER}/${name}`, { text: JSON.stringify(note), synced: false })
  } catch {
    // The next one starts the program again.
  }
}

/**
 * A sum over which files a folder holds, below all its folders, and when each was changed last; `absent` where there is no folder
 * yet. Undefined where there are too many to look at, or where they change or cannot be read meanwhile.
 */
export function stampOf(root: string): string | undefined {
  try {
    return lstatSync(root, { throwIfNoEntry: false }) === undefined ? 'absent' : sumOfFiles(root)
  } catch {
    return undefined
  }
}

function sumOfFiles(root: string): string | undefined {
  const seen: string[] = []
  const folders = ['']
  for (const folder of folders) {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      if (seen.length >= MOST_FILES) return undefined
      const path = `${folder}/${entry.name}`
      const { ino, size, mtimeMs, ctimeMs } = lstatSync(root + path)
      seen.push(`${path} ${ino} ${size} ${mtimeMs} ${ctimeMs}`)
      if (entry.isDirectory()) folders.push(path)
    }
  }
  return sumOf(seen.sort().join('\n'))
}

/** What decides which line is printed, beside the room. */
function nameOf({ words, cwd, env, ppid, input }: Asked): string {
  const given = obj(parseJson(input ?? ''))
  const who = str(given.session_id)
  // A shell sets this one anew for every command.
  const { _: _command, ...rest } = env
  const sorted = Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))
  const isNamed = who !== '' || words.some((word) => word.startsWith('--session-id'))
  return `${sumOf(JSON.stringify([words, cwd, who, str(given.cwd), isNamed ? 0 : ppid, sorted]))}.json`
}

/** Two sums of 32 bits: a line of another question may not be printed. */
function sumOf(words: string): string {
  return `${checksum(words)}${checksum(`${words.length}\n${words}`)}`
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as { code?: unknown }).code === 'EPERM'
  }
}

/** What stands on stdin, up to its end; nothing where it cannot be read. */
function readStdin(): string {
  const bytes = Buffer.alloc(LARGEST_INPUT)
  let length = 0
  try {
    if (fstatSync(0).isCharacterDevice()) return ''
    for (;;) {
      const count = readSync(0, bytes, length, bytes.length - length, null)
      length += count
      if (count === 0 || length === bytes.length) break
    }
  } catch {
    // A pipe that has nothing yet, or a closed one.
  }
  return bytes.toString('utf8', 0, length)
}

function sweep(folder: string, now: number): void {
  for (const name of readdirSync(folder)) {
    const facts = lstatSync(join(folder, name), { throwIfNoEntry: false })
    if (facts !== undefined && now - facts.mtimeMs / 1000 > OLD_SECS) rmSync(join(folder, name), { force: true })
  }
}
