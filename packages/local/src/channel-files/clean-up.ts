import fs from 'node:fs'
import { join } from 'node:path'
import type { Presence } from '@rally/core/model/presence'
import { judgeLife } from '@rally/core/rules/presence/life'
import { probeHostProcess } from '../identity/host-probe.js'
import { makeFolder } from '../transport/files/open-regular.js'
import { readNames } from '../transport/files/read-names.js'
import { TEMPORARY_NAME } from '../transport/files/write-atomically.js'
import { collectOldSessions } from '../transport/sessions/list-sessions.js'
import { CLAIMS_FOLDER, sliceOf } from './claim-log.js'
import { removeOldEdits } from './edit-days.js'
import { endWork } from './ended-work.js'
import { IN_FLIGHT_FOLDER, inFlightFiles, LEFT_FILE } from './inflight-log.js'
import { readPresence } from './presence-records.js'
import { PROMPTS_FOLDER } from './prompt-notes.js'
import { removeOldTellings } from './tellings.js'

const HOUR = 3600
const DAY = 24 * HOUR
/** A clean-up so recent (seconds) makes another one needless. */
const PAUSE_SECS = 10 * 60
const STAMP = 'hook/.cleaned'

export interface CleanUp {
  /** Epoch seconds. */
  readonly now: number
  /** How long the history is kept. */
  readonly historyDays: number
}

/**
 * Takes away what nobody needs: presence older than 24 h, temporary files that their writers left behind, claims that have
 * run out, history beyond its days, and what was kept for sessions that did not come back for a month. Done in passing by a
 * session that starts; whatever fails is left to the next one. Answers whether it was due.
 */
export function cleanUp(root: string, { now, historyDays }: CleanUp): boolean {
  try {
    const stamp = fs.statSync(join(root, STAMP), { throwIfNoEntry: false })
    if (stamp !== undefined && Math.abs(now - stamp.mtimeMs / 1000) < PAUSE_SECS) return false
    makeFolder(root, 'hook')
    fs.closeSync(fs.openSync(join(root, STAMP), 'w', 0o600))
    // Before the records go: they say what a session is called.
    removeWork(root, now)
    collectOldSessions(root, now * 1000)
    removeOldFiles(root, now)
    removeClaims(root, now)
    removeOldPrompts(root, now)
    removeOldEdits(root, { now, days: historyDays })
    removeOldTellings(root, { now, days: historyDays })
  } catch {
    // Another process cleans at the same time, or may not: no harm is done.
  }
  return true
}

/** What sessions left behind is not kept beyond this (bytes): it is read at edits. */
const MOST_LEFT = 256 << 10

/** After how many seconds a file of the folder `hook` goes; null: never. */
function ageLimit(name: string): number | null {
  if (TEMPORARY_NAME.test(name) || name.endsWith('.lock')) return HOUR
  if (name.endsWith('.look.json') || name.endsWith('.drift.json')) return 7 * DAY
  return name.endsWith('.told.json') || name.endsWith('.jsonl') || name.endsWith('.off') ? 30 * DAY : null
}

function removeOldFiles(root: string, now: number): void {
  for (const name of readNames(join(root, 'hook'))) {
    const secs = ageLimit(name)
    if (secs === null) continue
    const path = join(root, 'hook', name)
    const stats = fs.lstatSync(path, { throwIfNoEntry: false })
    if (stats !== undefined && now - stats.mtimeMs / 1000 > secs) fs.rmSync(path, { force: true })
  }
}

/** A session that ended without a word left its prompt behind. */
function removeOldPrompts(root: string, now: number): void {
  const folder = join(root, PROMPTS_FOLDER)
  for (const name of readNames(folder)) {
    const stats = fs.lstatSync(join(folder, name), { throwIfNoEntry: false })
    if (stats !== undefined && now - stats.mtimeMs / 1000 > DAY) fs.rmSync(join(folder, name), { force: true })
  }
}

/**
 * Announcements that ran out go to the history: a session that comes back begins a new file. Those of one that may only be idle
 * stay for a day: they say which files it knows.
 */
function removeWork(root: string, now: number): void {
  const left = fs.lstatSync(join(root, IN_FLIGHT_FOLDER, LEFT_FILE), { throwIfNoEntry: false })
  if (left !== undefined && (left.size > MOST_LEFT || now - left.mtimeMs / 1000 > DAY))
    fs.rmSync(join(root, IN_FLIGHT_FOLDER, LEFT_FILE), { force: true })
  for (const name of inFlightFiles(root)) {
    const path = join(root, IN_FLIGHT_FOLDER, name)
    const stats = fs.lstatSync(path, { throwIfNoEntry: false })
    const age = stats === undefined ? 0 : now - stats.mtimeMs / 1000
    if (age <= HOUR) continue
    const sessionId = name.slice(0, -'.jsonl'.length)
    const presence = readPresence(root, sessionId)
    const hostProcess = probeHostProcess
    const isGone = presence === undefined || judgeLife(presence as Presence, { now, hostProcess }) === 'gone'
    if (isGone || age > DAY) endWork(root, { sessionId, now, name: presence?.name })
  }
}

function removeClaims(root: string, now: number): void {
  for (const name of readNames(join(root, CLAIMS_FOLDER))) {
    const slice = /^(\d+)\.jsonl$/.exec(name)?.[1]
    // One slice more than is ever read: a writer may have been held up on its way.
    if (slice !== undefined && Number(slice) < sliceOf(now) - 2) {
      fs.rmSync(join(root, CLAIMS_FOLDER, name), { force: true })
    }
  }
}
