import { linkSync, lstatSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { withLock } from '../file-lock.js'
import { lockPath } from '../install-record.js'
import { sweepLeftovers } from '../leftovers.js'
import { type Refusal, Refused } from '../refusal.js'
import { makeFolders, removeFile, replaceFile } from '../replace-file.js'
import type { Surroundings } from '../surroundings.js'
import { codeOf, readTarget } from '../target-file.js'
import { findGuard, type GuardKind, hookBeside, newHook, refreshGuard, withGuard } from './guard-script.js'
import { type HookFile, readHook } from './read-hook.js'

const HOOK = 'pre-commit'
/** The hook that was there before, where lines could not go into it. */
const KEPT = `${HOOK}.before-rally`
const MODE = 0o755
/** Other programs that install hooks keep the one that they found under these names, and run it from there. */
const ELSEWHERE = [`${HOOK}.legacy`, `${HOOK}.old`]

/** What happened to the hook, or in a dry run would happen. */
export interface GuardChange {
  /** The hook. */
  readonly path: string
  readonly changed: boolean
  /** How rally is, or was, in it; null where it is not. */
  readonly kind: GuardKind | null
  /** Where the hook is that was there before, if it is kept beside rally's. */
  readonly kept: string | null
  /** What a person has to know, one sentence each. */
  readonly notes: readonly string[]
  readonly refusal?: Refusal
}

export interface GuardOptions {
  readonly dryRun?: boolean
}

/**
 * Puts the guard's lines into the pre-commit hook of a folder, or takes them out; everything else in the hook stays, byte for
 * byte. At no moment is there no hook where there was one. Never throws for a reason that lies in files: then it has a `refusal`.
 */
export async function changeGuard(
  intent: 'install' | 'uninstall',
  folder: string,
  surroundings: Surroundings,
  { dryRun = false }: GuardOptions = {},
): Promise<GuardChange> {
  const path = join(folder, HOOK)
  try {
    const change = intent === 'install' ? install : uninstall
    if (dryRun) return change(path, surroundings, false)
    return await withLock(lockPath(path, surroundings), surroundings, () => {
      sweepLeftovers(path, surroundings)
      return change(path, surroundings, true)
    })
  } catch (error) {
    const refusal = error instanceof Refused ? error.refusal : unwritable(error).refusal
    return { path, changed: false, kind: null, kept: null, notes: [], refusal }
  }
}

/** How rally is in the pre-commit hook of a folder. Reads only; throws Refused. */
export function inspectGuard(folder: string): {
  readonly path: string
  readonly kind: GuardKind | null
  readonly runs: boolean
} {
  const path = join(folder, HOOK)
  const hook = readHook(path)
  const kind = foundIn(hook)?.kind
  if (kind !== undefined) return { path, kind, runs: hook.kind === 'file' && hook.isExecutable }
  const other = hook.kind === 'absent' ? undefined : guardedElsewhere(path)
  return { path: other?.path ?? path, kind: other?.kind ?? null, runs: other !== undefined }
}

function install(path: string, surroundings: Surroundings, apply: boolean): GuardChange {
  const hook = readHook(path)
  const found = foundIn(hook)
  if (found !== undefined && hook.kind === 'file') {
    const notes = hook.isExecutable ? [] : [`git does not run it, because it is not executable: chmod +x ${path}`]
    const kept = found.kind === 'beside' ? keptBeside(path) : null
    if (!found.isCurrent && apply) write(path, refreshGuard(hook.text, found), surroundings)
    return { path, changed: !found.isCurrent, kind: found.kind, kept, notes }
  }
  const other = hook.kind === 'absent' ? undefined : guardedElsewhere(path)
  if (other !== undefined) {
    const notes = [`${other.path} has the lines: the program that made ${basename(path)} put it there, and runs it`]
    return { path: other.path, changed: false, kind: other.kind, kept: null, notes }
  }
  if (hook.kind === 'file' && hook.takesLines) {
    if (apply) write(path, withGuard(hook.text), surroundings)
    return { path, changed: true, kind: 'added', kept: null, notes: [] }
  }
  if (hook.kind === 'absent') {
    if (apply) {
      makeFolders(path)
      write(path, newHook(), surroundings, MODE)
    }
    return { path, changed: true, kind: 'new', kept: null, notes: [] }
  }
  const kept = keptBeside(path)
  checkFree(kept, hook)
  if (apply) putBeside(path, { hook, kept, surroundings })
  return { path, changed: true, kind: 'beside', kept, notes: [] }
}

function uninstall(path: string, surroundings: Surroundings, apply: boolean): GuardChange {
  const hook = readHook(path)
  const found = foundIn(hook)
  const kept = keptBeside(path)
  const isKept = lstatSync(kept, { throwIfNoEntry: false }) !== undefined
  if (found === undefined || hook.kind !== 'file') {
    const other = ELSEWHERE.includes(basename(path)) ? undefined : guardedElsewhere(path)
    if (other !== undefined) return uninstall(other.path, surroundings, apply)
    const notes = isKept ? [`${kept} is still there: a former rally guard install put it aside`] : []
    return { path, changed: false, kind: null, kept: null, notes }
  }
  const { kind, rest, isUntouched } = found
  const change = { path, changed: true, kind, kept: null, notes: [] }
  if (kind === 'beside' && isUntouched && isKept) {
    if (apply) attempt(() => renameSync(kept, path))
    return change
  }
  if (isUntouched) {
    if (apply) removeFile(readTarget(path))
    const gone = `the hook that was there before is gone: ${kept}`
    return { ...change, notes: kind === 'beside' ? [gone] : [] }
  }
  if (apply) write(path, rest, surroundings)
  // What somebody wrote around it stays, and with it the line that runs the former hook.
  return kind === 'beside' && isKept ? { ...change, kept } : change
}

function foundIn(hook: HookFile) {
  const found = hook.kind === 'file' ? findGuard(hook.text, KEPT) : undefined
  if (found === undefined || !('damaged' in found)) return found
  const message = `the first line of rally guard is there, the last one is not`
  throw new Refused({ code: 'invalid', message, line: found.damaged, column: 1 })
}

function guardedElsewhere(path: string): { readonly path: string; readonly kind: GuardKind } | undefined {
  for (const name of ELSEWHERE) {
    const other = join(path, '..', name)
    const kind = foundIn(readHook(other))?.kind
    if (kind !== undefined) return { path: other, kind }
  }
  return undefined
}

function keptBeside(path: string): string {
  return join(path, '..', KEPT)
}

/** What an interrupted run left there is the very same file. */
function checkFree(kept: string, hook: HookFile): void {
  const there = lstatSync(kept, { throwIfNoEntry: false, bigint: true })
  if (there === undefined || (hook.kind === 'file' && there.ino === hook.inode)) return
  if (hook.kind === 'link' && there.isSymbolicLink() && readlinkSync(kept) === readlinkSync(join(kept, '..', HOOK)))
    return
  throw new Refused({ code: 'foreign-file', message: `${basename(kept)} is there already: move it away` })
}

/** The former hook gets its second name first, and loses the first one by the rename that puts rally's in its place. */
function putBeside(
  path: string,
  { hook, kept, surroundings }: { hook: HookFile; kept: string; surroundings: Surroundings },
): void {
  const temporary = `${path}.rally-${surroundings.unique()}`
  try {
    replaceFile({ real: temporary, linked: false, content: undefined }, latin1(hookBeside(KEPT)), surroundings, MODE)
    attempt(() => giveSecondName(path, { hook, kept }))
    attempt(() => renameSync(temporary, path))
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

function giveSecondName(path: string, { hook, kept }: { hook: HookFile; kept: string }): void {
  if (lstatSync(kept, { throwIfNoEntry: false }) !== undefined) return
  try {
    if (hook.kind === 'link') symlinkSync(readlinkSync(path), kept)
    else linkSync(path, kept)
  } catch (error) {
    // A file system without hard links.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(codeOf(error))) throw error
    renameSync(path, kept)
  }
}

function write(path: string, text: string, surroundings: Surroundings, mode?: number): void {
  replaceFile(readTarget(path), latin1(text), surroundings, mode)
}

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}

function attempt(work: () => void): void {
  try {
    work()
  } catch (error) {
    throw unwritable(error)
  }
}

function unwritable(error: unknown): Refused {
  return new Refused({ code: 'unwritable', message: `it cannot be written: ${codeOf(error)}` })
}
