import fs from 'node:fs'
import { join } from 'node:path'
import type { Presence } from '@rally/core/model/presence'
import { lastSeen } from '@rally/core/rules/liveness'
import { errnoOf } from '../transport/files/errno.js'
import { makeFolder } from '../transport/files/open-regular.js'
import { TEMPORARY_NAME } from '../transport/files/write-atomically.js'
import { CLAIMS_FOLDER, sliceOf } from './claim-log.js'
import { listPresence, readPresence } from './presence-file.js'

const HOUR = 3600
const DAY = 24 * HOUR
/** A clean-up so recent (seconds) makes another one needless. */
const PAUSE_SECS = 10 * 60
const STAMP = 'hook/.cleaned'

/**
 * Takes away what nobody needs: presence older than 24 h, temporary files that their writers left behind, claims that have
 * run out, and what was kept for sessions that did not come back for a month. Done in passing by a session that starts;
 * whatever fails is left to the next one.
 */
export function cleanUp(root: string, now: number): void {
  try {
    const stamp = fs.statSync(join(root, STAMP), { throwIfNoEntry: false })
    if (stamp !== undefined && Math.abs(now - stamp.mtimeMs / 1000) < PAUSE_SECS) return
    makeFolder(root, 'hook')
    fs.closeSync(fs.openSync(join(root, STAMP), 'w', 0o600))
    removePresence(root, now)
    removeOldFiles(root, 'sessions', now, (name) => (name.startsWith('.') && TEMPORARY_NAME.test(name) ? HOUR : null))
    removeOldFiles(root, 'hook', now, ageLimit)
    removeClaims(root, now)
  } catch {
    // Another process cleans at the same time, or may not: no harm is done.
  }
}

function removePresence(root: string, now: number): void {
  for (const id of listPresence(root)) {
    const path = join(root, 'sessions', `${id}.json`)
    const stats = fs.lstatSync(path, { throwIfNoEntry: false })
    if (stats === undefined || now - stats.mtimeMs / 1000 < DAY) continue
    const presence = readPresence(root, id)
    const seen = presence === undefined ? 0 : lastSeen(presence as Presence)
    // Without a time: somebody's reading position, or damage that `rally doctor` should see.
    if (seen === 0 || now - seen < DAY) continue
    // Written anew since it was judged: somebody is back.
    if (fs.lstatSync(path, { throwIfNoEntry: false })?.mtimeMs === stats.mtimeMs) fs.rmSync(path, { force: true })
  }
}

/** After how many seconds a file of the folder `hook` goes; null: never. */
function ageLimit(name: string): number | null {
  if (TEMPORARY_NAME.test(name) || name.endsWith('.lock')) return HOUR
  return name.endsWith('.told.json') || name.endsWith('.jsonl') || name.endsWith('.off') ? 30 * DAY : null
}

function removeOldFiles(root: string, folder: string, now: number, limit: (name: string) => number | null): void {
  for (const entry of readFolder(join(root, folder))) {
    const secs = entry.isDirectory() ? null : limit(entry.name)
    if (secs === null) continue
    const path = join(root, folder, entry.name)
    const stats = fs.lstatSync(path, { throwIfNoEntry: false })
    if (stats !== undefined && now - stats.mtimeMs / 1000 > secs) fs.rmSync(path, { force: true })
  }
}

function removeClaims(root: string, now: number): void {
  for (const { name } of readFolder(join(root, CLAIMS_FOLDER))) {
    const slice = /^(\d+)\.jsonl$/.exec(name)?.[1]
    // One slice more than is ever read: a writer may have been held up on its way.
    if (slice !== undefined && Number(slice) < sliceOf(now) - 2) {
      fs.rmSync(join(root, CLAIMS_FOLDER, name), { force: true })
    }
  }
}

function readFolder(path: string): fs.Dirent[] {
  try {
    return fs.readdirSync(path, { withFileTypes: true })
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}
