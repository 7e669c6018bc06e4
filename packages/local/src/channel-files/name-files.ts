import fs from 'node:fs'
import type { HeldName } from '@rally/core/model/held-name'
import type { JsonObject } from '@rally/core/readers'
import { num, text } from '@rally/core/readers'
import { isFreeAgain, isSessionName, MOST_NUMBERS, ownName } from '@rally/core/rules/roster/session-names'
import { lstatIfThere } from '../system/facts.js'
import { parseObject } from '../transport/codec/parse-object.js'
import { errnoError, errnoOf } from '../transport/files/errno.js'
import { insidePath, makeFolder } from '../transport/files/open-regular.js'
import { readNames } from '../transport/files/read-names.js'
import { readText } from '../transport/files/read-text.js'
import { removeQuietly, temporaryName, writeAtomically } from '../transport/files/write-atomically.js'
import { presenceName } from '../transport/sessions/presence-file.js'
import type { FileMemo } from './file-memo.js'

/**
 * Who is called what: `names/<name>` holds `{session_id, at, ended_at}`. A name is taken by creating its file exclusively,
 * complete in one step; a file is never deleted, only replaced, so that of two that give or take a name one wins. No lock.
 */
const NAMES_FOLDER = 'names'

/** A temporary file this old (ms) belongs to a writer that died before its rename. */
const DEAD_MS = 1_000
/** So many times a file is read again because somebody replaced it meanwhile. */
const ROUNDS = 8

export interface NameQuery {
  readonly sessionId: string
  /** What comes before the number. */
  readonly stem: string
  /** A name to be preferred to the first free number, where nobody has it. */
  readonly wish?: string | undefined
  /** Epoch seconds. */
  readonly now: number
}

/** A name file as it was read, and which file that was. */
interface Read {
  readonly held: HeldName
  readonly text: string
  readonly identity: string
}

/** The session's name; a new one where it has none. Throws the system's error when none could be stored. */
export function assignName(root: string, query: NameQuery): string {
  const own = ownName(listNames(root), query.sessionId)
  if (own !== undefined && takeUp(root, own.name, query)) return own.name
  makeFolder(root, NAMES_FOLDER)
  const { wish } = query
  if (isSessionName(wish) && isNobodysId(root, wish) && take(root, wish, query)) return wish
  for (let number = 1; number <= MOST_NUMBERS; number++) {
    const name = `${query.stem}${number}`
    if (isNobodysId(root, name) && take(root, name, query)) return name
  }
  throw errnoError('ENOSPC')
}

function isNobodysId(root: string, name: string): boolean {
  return lstatIfThere(`${root}/${presenceName(name)}`) === undefined
}

/** Who holds a name, or held it last; undefined for one that was never given. */
export function readName(root: string, name: string): HeldName | undefined {
  return readFile(root, name)?.held
}

/** All names that were given, sorted by name. */
export function listNames(root: string, memo?: FileMemo<HeldName | undefined>): HeldName[] {
  const read = (name: string) => readName(root, name)
  return readNames(`${root}/${NAMES_FOLDER}`)
    .filter(isSessionName)
    .sort()
    .flatMap((name) => memo?.of(`${root}/${fileOf(name)}`, () => read(name)) ?? read(name) ?? [])
}

/** The session has ended. `known` is what its record says that it is called; without it all names are looked through. */
export function releaseName(
  root: string,
  { sessionId, now, known }: { sessionId: string; now: number; known?: string | undefined },
): void {
  const names = isSessionName(known) ? [readName(root, known)] : listNames(root)
  for (const held of names) {
    if (held === undefined || held.session_id !== sessionId || held.ended_at !== null) continue
    replace(root, held.name, (current) =>
      current.session_id === sessionId && current.ended_at === null ? { ...current, ended_at: now } : undefined,
    )
  }
}

/** Goes on under a name that the session has; false when it was given to another meanwhile. */
function takeUp(root: string, name: string, { sessionId, now }: NameQuery): boolean {
  const held = replace(root, name, (current) => {
    if (current.session_id !== sessionId || current.ended_at === null) return undefined
    return { ...current, at: now, ended_at: null }
  })
  return held?.session_id === sessionId
}

/** Takes a name that nobody has, or has any more; true also when the session has it already. */
function take(root: string, name: string, { sessionId, now }: NameQuery): boolean {
  const wanted = { name, session_id: sessionId, at: now, ended_at: null }
  if (create(root, wanted)) return true
  const held = replace(root, name, (current) => {
    const isHere = lstatIfThere(`${root}/${presenceName(current.session_id)}`) !== undefined
    return current.session_id !== sessionId && isFreeAgain(current, { now, isHere }) ? wanted : undefined
  })
  return held?.session_id === sessionId
}

/** Creates the file with its content in one step; false when there is one. */
function create(root: string, held: HeldName): boolean {
  const path = insidePath(root, fileOf(held.name))
  if (lstatIfThere(path) !== undefined) return false
  const temporary = temporaryName(path, `${process.pid}-${process.hrtime.bigint().toString(16)}`)
  try {
    fs.writeFileSync(temporary, textOf(held), { flag: 'wx', mode: 0o600 })
    fs.linkSync(temporary, path)
    return true
  } catch (error) {
    const code = errnoOf(error)
    if (code === 'EEXIST') return false
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS') throw error
    return createWithoutLink(path, held)
  } finally {
    removeQuietly(temporary)
  }
}

/** Some file systems know no second name for a file: for an instant others read a name that nobody holds yet, and pass on. */
function createWithoutLink(path: string, held: HeldName): boolean {
  try {
    fs.writeFileSync(path, textOf(held), { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false
    throw error
  }
}

/**
 * Replaces what a name file says unless somebody was faster; answers what it says then. The temporary file is named after
 * what it replaces, so of several writers that read the same one only one goes on.
 */
function replace(
  root: string,
  name: string,
  change: (current: HeldName) => HeldName | undefined,
): HeldName | undefined {
  for (let round = 0; round < ROUNDS; round++) {
    const before = readFile(root, name)
    const next = before && change(before.held)
    if (before === undefined || next === undefined) return before?.held
    const suffix = before.identity
    try {
      writeAtomically(root, fileOf(name), {
        text: textOf(next),
        synced: false,
        suffix,
        beforeRename() {
          const now = readFile(root, name)
          if (now?.identity !== before.identity || now.text !== before.text) throw errnoError('ESTALE')
        },
      })
      return next
    } catch (error) {
      const code = errnoOf(error)
      if (code !== 'ESTALE' && code !== 'EEXIST') throw error
      if (code === 'EEXIST') removeDead(temporaryName(`${root}/${fileOf(name)}`, suffix))
    }
  }
  return readFile(root, name)?.held
}

function removeDead(temporary: string): void {
  const stats = lstatIfThere(temporary)
  if (stats !== undefined && Math.abs(Date.now() - stats.mtimeMs) > DEAD_MS) removeQuietly(temporary)
}

function readFile(root: string, name: string): Read | undefined {
  const read = readText(root, fileOf(name))
  if (read === undefined) return undefined
  const { ino, mtimeMs } = read.file
  const identity = `${ino}-${Math.trunc(mtimeMs * 1000).toString(16)}`
  return { held: parseHeld(name, parseObject(read.text) ?? {}, mtimeMs / 1000), text: read.text, identity }
}

/** A damaged file is nobody's name, and free a day after the damage. */
function parseHeld(name: string, stored: JsonObject, writtenAt: number): HeldName {
  const sessionId = text(stored.session_id)
  const at = num(stored.at) ?? writtenAt
  if (sessionId === undefined) return { name, session_id: '', at, ended_at: writtenAt }
  return { name, session_id: sessionId, at, ended_at: num(stored.ended_at) ?? null }
}

function textOf({ session_id, at, ended_at }: HeldName): string {
  return `${JSON.stringify({ session_id, at, ended_at })}\n`
}

function fileOf(name: string): string {
  return `${NAMES_FOLDER}/${name}`
}
