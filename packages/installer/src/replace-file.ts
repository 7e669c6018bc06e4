import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from '@rally/files/make-folder'
import { temporaryName } from './leftovers.js'
import { Refused } from './refusal.js'
import type { Surroundings } from './surroundings.js'
import { codeOf, readTarget, type TargetFile } from './target-file.js'

/**
 * Replaces the bytes of a file in one step: a temporary file beside it, flushed, renamed over it. Mode, owner, extended
 * attributes and access lists stay; a file that has other names (hard links) is written in place, since a rename would part them. Right before, the file is read once
 * more: somebody else's change is never overwritten. Throws Refused `changed`, `foreign-owner`, `unwritable`.
 */
export function replaceFile(target: TargetFile, bytes: Buffer, surroundings: Surroundings, mode?: number): void {
  const { real, content } = target
  const temporary = temporaryName(real, surroundings)
  try {
    if (content && content.links > 1) {
      checkUnchanged(target)
      writeInPlace(real, bytes)
    } else {
      writeNew(temporary, bytes, { mode: mode ?? content?.mode, like: content && real })
      if (content) keepOwner(temporary, content)
      checkUnchanged(target)
      renameOver(temporary, real, bytes)
    }
    flushFolder(dirname(real))
  } catch (error) {
    rmSync(temporary, { force: true })
    if (error instanceof Refused) throw error
    throw new Refused({ code: 'unwritable', message: `it cannot be written: ${codeOf(error)}`, errno: codeOf(error) })
  }
}

/** A file that is a mount point of its own (one file shared into a container) can only be written in place. */
function renameOver(temporary: string, real: string, bytes: Buffer): void {
  try {
    renameSync(temporary, real)
  } catch (error) {
    if (codeOf(error) !== 'EBUSY') throw error
    writeInPlace(real, bytes)
    unlinkSync(temporary)
  }
}

/** Takes a file away that rally made. Throws Refused as replaceFile does. */
export function removeFile(target: TargetFile): void {
  checkUnchanged(target)
  try {
    unlinkSync(target.real)
  } catch (error) {
    throw new Refused({ code: 'unwritable', message: `it cannot be removed: ${codeOf(error)}`, errno: codeOf(error) })
  }
}

/** Makes the missing folders above a file; answers those it made, outermost first. Throws Refused. */
export function makeFolders(path: string): string[] {
  try {
    return makeFolder(dirname(path))
  } catch (error) {
    throw new Refused({
      code: 'unwritable',
      message: `its folder cannot be made: ${codeOf(error)}`,
      errno: codeOf(error),
    })
  }
}

/** Removes folders that are empty, innermost first; others stay. */
export function removeFolders(folders: readonly string[]): void {
  for (const folder of [...folders].reverse()) {
    try {
      rmdirSync(folder)
    } catch {
      return
    }
  }
}

function checkUnchanged(target: TargetFile): void {
  const now = readTarget(target.real)
  if (now.real !== target.real || now.content?.hash !== target.content?.hash) {
    throw new Refused({ code: 'changed', message: 'somebody else changed it at the same moment' })
  }
}

/** `like`: the file whose place it takes; what Node cannot copy of it (extended attributes, access lists) `cp` can, where there is one. */
function writeNew(path: string, bytes: Buffer, { mode, like }: { mode: number | undefined; like: string | undefined }) {
  const copied = like !== undefined && spawnSync('/bin/cp', ['-a', '--', like, path], { stdio: 'ignore' }).status === 0
  if (copied) chmodSync(path, 0o600)
  // One that was stopped in the middle has made a part of it.
  else rmSync(path, { force: true })
  const { O_WRONLY, O_TRUNC, O_NOFOLLOW } = constants
  const fd = openSync(path, copied ? O_WRONLY | O_TRUNC | O_NOFOLLOW : 'wx', mode ?? 0o666)
  try {
    writeAll(fd, bytes)
    if (mode !== undefined) fchmodSync(fd, mode)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

function writeInPlace(path: string, bytes: Buffer): void {
  const fd = openSync(path, 'r+')
  try {
    writeAll(fd, bytes)
    ftruncateSync(fd, bytes.length)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

function writeAll(fd: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, done)
}

/** A rename makes the file ours; give it back to whom it belonged, or leave it alone. */
function keepOwner(path: string, content: { readonly uid: number; readonly gid: number }): void {
  try {
    chownSync(path, content.uid, content.gid)
  } catch {
    const fresh = readTarget(path).content
    if (fresh && fresh.uid !== content.uid) {
      throw new Refused({ code: 'foreign-owner', message: 'it belongs to another user' })
    }
  }
}

function flushFolder(folder: string): void {
  try {
    const fd = openSync(folder, 'r')
    fsyncSync(fd)
    closeSync(fd)
  } catch {}
}
