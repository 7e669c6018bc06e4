import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { temporaryName } from './leftovers.js'
import { Refused } from './refusal.js'
import type { Surroundings } from './surroundings.js'
import { codeOf, type FileContent, type TargetFile } from './target-file.js'

const KEPT = 3

/**
 * Copies the file to `<file>.rally-backup-<time>` before it is changed by `change`; the three newest are kept, and none of a file that
 * could not be changed. Throws Refused, and what `change` throws.
 */
export function withBackup(target: TargetFile, surroundings: Surroundings, change: () => void): void {
  const made = backUp(target, surroundings)
  try {
    change()
  } catch (error) {
    if (made !== undefined) removeQuietly(made)
    throw error
  }
  for (const old of listBackups(target.real).slice(0, -KEPT)) removeQuietly(old)
}

/** The new copy; undefined where there is nothing to copy, or the newest one holds the same. */
function backUp({ real, content }: TargetFile, surroundings: Surroundings): string | undefined {
  if (!content) return undefined
  const newest = listBackups(real).at(-1)
  if (newest !== undefined && sameBytes(newest, content.bytes)) return undefined
  try {
    return writeCopy(real, content, surroundings)
  } catch (error) {
    throw new Refused({
      code: 'unwritable',
      message: `no backup can be written beside it: ${codeOf(error)}`,
      errno: codeOf(error),
    })
  }
}

/** Written under another name first: a backup that is there is whole. */
function writeCopy(real: string, content: FileContent, surroundings: Surroundings): string {
  const temporary = temporaryName(real, surroundings)
  try {
    const fd = openSync(temporary, 'wx', content.mode & 0o777)
    try {
      writeFileSync(fd, content.bytes)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    const path = freeName(real, surroundings.now())
    renameSync(temporary, path)
    return path
  } catch (error) {
    removeQuietly(temporary)
    throw error
  }
}

/** Only rally gives such names, and only under the lock of the file. */
function freeName(real: string, now: number): string {
  const path = `${real}.rally-backup-${new Date(now).toISOString().replace(/[-:.]/g, '')}`
  return existsSync(path) ? freeName(real, now + 1) : path
}

/** Removes backups that are not needed any more. */
export function dropBackups(real: string, needless: (bytes: Buffer) => boolean): void {
  for (const path of listBackups(real)) {
    const bytes = read(path)
    if (bytes && needless(bytes)) removeQuietly(path)
  }
}

/** Backups of a file, oldest first. */
function listBackups(real: string): string[] {
  const stem = `${basename(real)}.rally-backup-`
  try {
    const names = readdirSync(dirname(real)).filter(
      (name) => name.startsWith(stem) && /^\d{8}T\d{9}Z$/.test(name.slice(stem.length)),
    )
    return names.sort().map((name) => join(dirname(real), name))
  } catch {
    return []
  }
}

function sameBytes(path: string, bytes: Buffer): boolean {
  return read(path)?.equals(bytes) ?? false
}

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch {
    return undefined
  }
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path)
  } catch {}
}
