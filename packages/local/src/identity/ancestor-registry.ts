import { appendFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isSafeId } from '@rally/core/ids'
import { isObject, num, parseJson, str } from '@rally/core/readers'
import { makeFolder } from '../system/make-folder.js'
import { readSmallFile } from '../system/small-file.js'
import { isProcessAlive, type ProcessRef } from './processes.js'

/** A session that a hook saw running in a process. Times are epoch seconds. */
export interface RegisteredSession {
  readonly sessionId: string
  readonly tool: string
  readonly cwd: string
  readonly seenAt: number
}

export interface Registration {
  /** `stateDir(env)`: `$XDG_STATE_HOME/rally`. */
  readonly stateDir: string
  readonly process: ProcessRef
  readonly sessionId: string
  readonly tool: string
  readonly cwd: string
  /** Epoch seconds. */
  readonly now: number
}

/** A session whose hooks have been silent for so long does not count any more (architecture: alive). */
const KEPT_SECONDS = 12 * 3600
/** A repeated registration is written again only after this time. */
const FRESH_SECONDS = 1800
const FILE_BYTES = 256 * 1024
/** A host that serves thousands of sessions: its file is written anew with those that still count. */
const COMPACT_BYTES = 32 * 1024
const CLEAN_UP_FILES = 16

/**
 * Remembers that a session runs in a process, so that a command typed below that process finds it. Each file belongs to one
 * process and is appended to, a line per session, so that parallel hooks lose nothing. Also removes files of a few
 * processes that have ended. For hooks: synchronous, no lock; a repeated call costs one small read.
 * @throws the system's error when the state folder cannot be written
 */
export function registerAncestor(registration: Registration): void {
  const { sessionId, tool, cwd, now } = registration
  const path = fileOf(registration.stateDir, registration.process)
  const text = readText(path)
  const known = parseRegistry(text, now).get(sessionId)
  if (known && known.tool === tool && known.cwd === cwd && now - known.seenAt < FRESH_SECONDS) return
  makeFolder(folderOf(registration.stateDir))
  if (text.length > COMPACT_BYTES) compact(path, text, now)
  append(path, text, { session_id: sessionId, tool, cwd, seen_at: now })
  if (text === '') cleanAncestors(registration.stateDir)
}

/** The session has left the process. Absent files stay absent. */
export function unregisterAncestor(registration: Omit<Registration, 'tool' | 'cwd'>): void {
  const path = fileOf(registration.stateDir, registration.process)
  const text = readText(path)
  if (!parseRegistry(text, registration.now).has(registration.sessionId)) return
  append(path, text, { session_id: registration.sessionId, ended: true, seen_at: registration.now })
}

/** The sessions registered for a process that have not ended, newest last. Unreadable lines are left out. */
export function sessionsOfAncestor(stateDir: string, ref: ProcessRef, now: number): RegisteredSession[] {
  return [...parseRegistry(readText(fileOf(stateDir, ref)), now).values()]
}

/** Removes the files of processes that have ended, looking at a bounded number of them. */
export function cleanAncestors(stateDir: string, limit = CLEAN_UP_FILES): number {
  let names: string[]
  try {
    names = readdirSync(folderOf(stateDir))
  } catch {
    return 0
  }
  // A different part each time, so that many living processes do not hide the dead ones.
  const from = names.length > limit ? Math.floor(Math.random() * names.length) : 0
  let removed = 0
  for (let index = 0; index < Math.min(limit, names.length); index++) {
    const name = names[(from + index) % names.length] ?? ''
    const match = /^(\d+)-(\d+-[0-9a-z]+)\.jsonl(\.\d+\.tmp)?$/.exec(name)
    if (!match || isProcessAlive(Number(match[1]), match[2])) continue
    rmSync(join(folderOf(stateDir), name), { force: true })
    removed++
  }
  return removed
}

function folderOf(stateDir: string): string {
  return join(stateDir, 'ancestors')
}

function fileOf(stateDir: string, { pid, start }: ProcessRef): string {
  return join(folderOf(stateDir), `${pid}-${start}.jsonl`)
}

function readText(path: string): string {
  try {
    const file = readSmallFile(path, FILE_BYTES, { follow: false })
    return file.kind === 'text' ? file.text : ''
  } catch {
    return ''
  }
}

/** The last word about each session, of those that still count. */
function parseRegistry(text: string, now: number): Map<string, RegisteredSession> {
  const sessions = new Map<string, RegisteredSession>()
  for (const line of text.split('\n')) {
    const json = line === '' ? undefined : parseJson(line)
    if (!isObject(json) || !isSafeId(json.session_id)) continue
    const seenAt = num(json.seen_at) ?? 0
    sessions.delete(json.session_id)
    if (json.ended === true || now - seenAt > KEPT_SECONDS) continue
    sessions.set(json.session_id, { sessionId: json.session_id, tool: str(json.tool), cwd: str(json.cwd), seenAt })
  }
  return sessions
}

/** One write; a torn line before it is closed first, so that it damages no neighbour. */
function append(path: string, before: string, line: Record<string, unknown>): void {
  const torn = before !== '' && !before.endsWith('\n')
  appendFileSync(path, `${torn ? '\n' : ''}${JSON.stringify(line)}\n`, { mode: 0o600 })
}

function compact(path: string, text: string, now: number): void {
  const lines = [...parseRegistry(text, now).values()].map(({ sessionId, tool, cwd, seenAt }) =>
    JSON.stringify({ session_id: sessionId, tool, cwd, seen_at: seenAt }),
  )
  const draft = `${path}.${process.pid}.tmp`
  writeFileSync(draft, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 })
  renameSync(draft, path)
}
