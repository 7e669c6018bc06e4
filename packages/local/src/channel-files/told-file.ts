import fs from 'node:fs'
import { join } from 'node:path'
import { parseTold, type Told, type Warned } from '@rally/core/moments'
import { num, obj, parseJson, text } from '@rally/core/readers'
import { appendLine } from '../transport/files/append-line.js'
import { errnoOf } from '../transport/files/errno.js'
import { makeFolder } from '../transport/files/open-regular.js'
import { readText } from '../transport/files/read-text.js'
import { writeAtomically } from '../transport/files/write-atomically.js'

/** A hook ends within 1.5 s; a lock this old (ms) was left behind by one that was killed. */
const STALE_LOCK_MS = 10_000

const KINDS = ['collision', 'merge-risk', 'claim', 'lost', 'git', 'drift', 'branch'] as const

/** What was offered to a session, or undefined when nothing ever was. */
export function readTold(root: string, sessionId: string): Told | undefined {
  const file = readText(root, `hook/${sessionId}.told.json`)
  return file === undefined ? undefined : parseTold(parseJson(file.text))
}

/** To be called under the session's lock. */
export function writeTold(root: string, sessionId: string, told: Told): void {
  const text = `${JSON.stringify({ v: 1, ...told })}\n`
  writeAtomically(root, `hook/${sessionId}.told.json`, { text, synced: false })
}

/** The warnings that a session was given, in the order of saying. Appended, never rewritten: it needs no lock. */
export function readWarned(root: string, sessionId: string): Warned[] {
  const file = readText(root, `hook/${sessionId}.jsonl`)
  const warned: Warned[] = []
  for (const line of (file?.text ?? '').split('\n')) {
    const entry = obj(parseJson(line))
    const [since, path, peer] = [num(entry.t), text(entry.f), text(entry.p)]
    const kind = KINDS.find((one) => one === entry.k)
    if (since !== undefined && path !== undefined && peer !== undefined && kind !== undefined)
      warned.push({ since, path, peer, kind })
  }
  return warned
}

/** The model has lost them: what is still true is said once more. */
export function forgetWarned(root: string, sessionId: string): void {
  fs.rmSync(join(root, 'hook', `${sessionId}.jsonl`), { force: true })
}

export function appendWarned(root: string, sessionId: string, warned: readonly Warned[]): void {
  const lines = warned.map(
    ({ since, path, peer, kind }) => `${JSON.stringify({ t: since, f: path, p: peer, k: kind })}\n`,
  )
  if (lines.length > 0) appendLine(root, `hook/${sessionId}.jsonl`, Buffer.from(lines.join('')), { synced: false })
}

/**
 * The lock of one session's told state and presence: tried, never waited for. Undefined when another hook of the session
 * has it. The answer gives it back.
 */
export function tryLock(root: string, sessionId: string): (() => void) | undefined {
  const path = join(root, 'hook', `${sessionId}.lock`)
  if (create(path, root) || (breakStale(path) && create(path, root))) return () => remove(path)
  return undefined
}

/** Not `rmSync`: its first call costs as much as writing the record. */
function remove(path: string): void {
  try {
    fs.unlinkSync(path)
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
  }
}

function create(path: string, root: string): boolean {
  for (let round = 0; ; round++) {
    try {
      fs.closeSync(fs.openSync(path, 'wx', 0o600))
      return true
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT' || round > 0) return false
      makeFolder(root, 'hook')
    }
  }
}

/** Takes away a lock whose owner must be dead. Renaming decides among several that try. */
function breakStale(path: string): boolean {
  const aside = `${path}.tmp.${process.pid}`
  try {
    const seen = fs.lstatSync(path, { throwIfNoEntry: false })
    if (seen === undefined) return true
    if (Math.abs(Date.now() - seen.mtimeMs) < STALE_LOCK_MS) return false
    fs.renameSync(path, aside)
    const taken = fs.lstatSync(aside)
    // Somebody else broke it first and this is a fresh one: put it back.
    if (taken.ino !== seen.ino) fs.linkSync(aside, path)
    fs.rmSync(aside, { force: true })
    return taken.ino === seen.ino
  } catch {
    return false
  }
}
