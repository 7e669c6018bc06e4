import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Refused } from './refusal.js'
import type { Surroundings } from './surroundings.js'
import { codeOf, type TargetFile } from './target-file.js'

const KEPT = 3

/** Copies the file to `<file>.rally-backup-<time>` before it is changed; the three newest are kept. Throws Refused. */
export function backUp(target: TargetFile, surroundings: Surroundings): void {
  const { real, content } = target
  if (!content) return
  const newest = listBackups(real).at(-1)
  if (newest !== undefined && sameBytes(newest, content.bytes)) return
  try {
    writeCopy(real, content.bytes, content.mode & 0o777, surroundings.now())
  } catch (error) {
    throw new Refused({
      code: 'unwritable',
      message: `no backup can be written beside it: ${codeOf(error)}`,
      errno: codeOf(error),
    })
  }
  for (const old of listBackups(real).slice(0, -KEPT)) removeQuietly(old)
}

function writeCopy(real: string, bytes: Buffer, mode: number, now: number): void {
  const time = new Date(now).toISOString().replace(/[-:.]/g, '')
  let fd: number
  try {
    fd = openSync(`${real}.rally-backup-${time}`, 'wx', mode)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    writeCopy(real, bytes, mode, now + 1)
    return
  }
  try {
    writeFileSync(fd, bytes)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** Removes backups that are not needed any more. */
export function dropBackups(real: string, needless: (bytes: Buffer) => boolean): void {
  for (const path of listBackups(real)) {
    const bytes = read(path)
    if (bytes && needless(bytes)) removeQuietly(path)
  }
}

/** Backups of a file, oldest first. */
export function listBackups(real: string): string[] {
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
