import { backUp, dropBackups } from './backups.js'
import type { ContentStrategy, KnownOriginal, NewContent } from './content-strategy.js'
import { withLock } from './file-lock.js'
import {
  type InstallRecord,
  lockPath,
  originalOf,
  readOtherRecords,
  readRecord,
  recordStem,
  removeRecord,
  writeRecord,
} from './install-record.js'
import type { EntryChange } from './plan-entries.js'
import { type Refusal, Refused, refusing } from './refusal.js'
import { makeFolders, removeFile, removeFolders, replaceFile } from './replace-file.js'
import { type Surroundings, sha256 } from './surroundings.js'
import { readTarget, splitText, type TargetFile } from './target-file.js'
import { makeUndo, renderDiff } from './text-diff.js'

export type Intent = 'install' | 'uninstall'

export interface FileTask {
  readonly path: string
  /** Whose entries these are: the host id. One file may hold entries of several. */
  readonly owner: string
  readonly strategy: ContentStrategy
}

/** What happened, or in a dry run would happen, to one file. */
export interface FileChange {
  readonly path: string
  /** Where the bytes are, when links lead there. */
  readonly real: string
  /** `restore`: back to the bytes before rally came. */
  readonly action: 'none' | 'create' | 'change' | 'restore' | 'delete' | 'refused'
  readonly changes: readonly EntryChange[]
  /** Unified diff; empty when nothing changes. */
  readonly diff: string
  readonly refusal?: Refusal
}

interface Plan {
  readonly intent: Intent
  readonly target: TargetFile
  readonly action: FileChange['action']
  readonly bytes: Buffer | undefined
  readonly changes: readonly EntryChange[]
  readonly stem: string
  readonly record: InstallRecord | undefined
}

/** What the change would be. Reads only. */
export function planChange(intent: Intent, task: FileTask, surroundings: Surroundings): FileChange {
  const planned = refusing(() => plan(intent, task, surroundings))
  return planned.ok ? report(task, planned.value) : refused(task, planned.refusal)
}

/**
 * Plans and applies the change of one file under its lock, then reads it again. When somebody else writes the file in
 * between, it starts over, three times at most. Never throws for a reason that lies in files; such a file is `refused`.
 */
export async function applyChange(intent: Intent, task: FileTask, surroundings: Surroundings): Promise<FileChange> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { real } = readTarget(task.path)
      return await withLock(lockPath(real, surroundings), surroundings, () => {
        const current = plan(intent, task, surroundings)
        apply(current, task, surroundings)
        return report(task, current)
      })
    } catch (error) {
      if (error instanceof RangeError) return planChange(intent, task, surroundings)
      if (!(error instanceof Refused)) throw error
      if (error.refusal.code !== 'changed' || attempt === 3) return refused(task, error.refusal)
    }
  }
}

function plan(intent: Intent, task: FileTask, surroundings: Surroundings): Plan {
  const target = readTarget(task.path)
  const stem = recordStem(target.real, task.owner, surroundings)
  const record = readRecord(stem)
  const current = target.content?.bytes
  const base = { intent, target, stem, record }
  if (intent === 'install') {
    const next = task.strategy.install(current, record && knownOriginal(record))
    if (next.changes.length === 0 && current !== undefined && next.bytes?.equals(current))
      return { ...base, ...NOTHING }
    return { ...base, ...next, action: current === undefined ? 'create' : 'change' }
  }
  if (current === undefined || !task.strategy.holdsOurs(current)) return { ...base, ...NOTHING }
  const next = task.strategy.remove(current, record && knownOriginal(record))
  if (record === undefined || record.installed !== target.content?.hash) {
    return { ...base, ...next, action: next.bytes === undefined ? 'delete' : 'change' }
  }
  const original = originalOf(record)
  return { ...base, changes: next.changes, bytes: original, action: original === undefined ? 'delete' : 'restore' }
}

const NOTHING = { action: 'none', bytes: undefined, changes: [] } as const

function knownOriginal(record: InstallRecord): KnownOriginal {
  return { bytes: originalOf(record), undo: record.undo }
}

function apply(plan: Plan, task: FileTask, surroundings: Surroundings): void {
  const { target, bytes, record, stem } = plan
  switch (plan.action) {
    case 'create':
    case 'change':
      if (bytes === undefined) return
      if (plan.intent === 'uninstall') {
        if (!writtenByRally(plan, task, surroundings)) backUp(target, surroundings)
        replaceFile(target, bytes, surroundings)
        removeRecord(stem)
        rebaseOthers(plan, bytes, task, surroundings)
      } else {
        put(plan, bytes, task, surroundings)
      }
      checkWritten(target, bytes)
      return
    case 'restore':
      if (bytes === undefined) return
      replaceFile(target, bytes, surroundings)
      checkWritten(target, bytes)
      removeRecord(stem)
      rebaseOthers(plan, bytes, task, surroundings)
      dropBackups(target.real, (backup) => backup.equals(bytes))
      return
    case 'delete':
      removeFile(target)
      removeFolders(record?.folders ?? [])
      removeRecord(stem)
      dropBackups(target.real, (backup) => isOursAlone(task.strategy, backup))
      return
  }
}

/** Whether the bytes that are to be replaced are what rally itself wrote last, for whichever host: no backup needed. */
function writtenByRally({ target, record }: Plan, task: FileTask, surroundings: Surroundings): boolean {
  const others = readOtherRecords({ real: target.real, owner: task.owner }, surroundings).map(([, other]) => other)
  return [record, ...others].some((one) => one !== undefined && one.installed === target.content?.hash)
}

/** What other hosts' entries in this file shall go back to must not hold ours any more. */
function rebaseOthers(plan: Plan, bytes: Buffer, task: FileTask, surroundings: Surroundings): void {
  const { target, record } = plan
  for (const [stem, other] of readOtherRecords({ real: target.real, owner: task.owner }, surroundings)) {
    const original = originalOf(other)
    if (original === undefined || !task.strategy.holdsOurs(original)) continue
    const next = removed(task.strategy, original, record).bytes
    const followed = other.installed === target.content?.hash
    const rebased = {
      ...other,
      original: next === undefined ? null : next.toString('base64'),
      installed: followed ? sha256(bytes) : other.installed,
      undo: followed && next !== undefined ? makeUndo(splitText(bytes).text, splitText(next).text) : null,
      folders: next === undefined ? (record?.folders ?? []) : other.folders,
    }
    writeRecord(stem, rebased, surroundings)
  }
}

/** Writes our entries: first the way back, then a backup of what somebody else wrote, then the file. */
function put(plan: Plan, bytes: Buffer, task: FileTask, surroundings: Surroundings): void {
  const { target, record, stem } = plan
  const unchanged = record !== undefined && record.installed === target.content?.hash
  const original = originalFor(plan, task, unchanged)
  const folders = target.content === undefined ? makeFolders(target.real) : (record?.folders ?? [])
  try {
    const undo = original === undefined ? null : makeUndo(splitText(bytes).text, splitText(original).text)
    const kept = original === undefined ? null : original.toString('base64')
    const next = {
      version: 1,
      path: target.real,
      owner: task.owner,
      original: kept,
      installed: sha256(bytes),
      undo,
      folders,
    } as const
    writeRecord(stem, next, surroundings)
    if (!writtenByRally(plan, task, surroundings)) backUp(target, surroundings)
    replaceFile(target, bytes, surroundings)
  } catch (error) {
    if (target.content === undefined) removeFolders(folders)
    if (record) writeRecord(stem, record, surroundings)
    else removeRecord(stem)
    throw error
  }
}

/** The bytes to go back to: those before rally came, with what others changed since. */
function originalFor(plan: Plan, task: FileTask, unchanged: boolean): Buffer | undefined {
  const current = plan.target.content?.bytes
  if (current === undefined || !task.strategy.holdsOurs(current)) return current
  if (plan.record !== undefined && unchanged) return originalOf(plan.record)
  return removed(task.strategy, current, plan.record).bytes
}

function removed(strategy: ContentStrategy, current: Buffer, record: InstallRecord | undefined): NewContent {
  return strategy.remove(current, record && knownOriginal(record))
}

function isOursAlone(strategy: ContentStrategy, bytes: Buffer): boolean {
  const result = refusing(
    () => strategy.holdsOurs(bytes) && strategy.remove(bytes, { bytes: undefined, undo: null }).bytes === undefined,
  )
  return result.ok && result.value
}

function checkWritten(target: TargetFile, bytes: Buffer): void {
  if (readTarget(target.real).content?.hash !== sha256(bytes)) {
    throw new Refused({ code: 'changed', message: 'somebody else changed it at the same moment' })
  }
}

function report(task: FileTask, { target, action, bytes, changes }: Plan): FileChange {
  const text = (content: Buffer | undefined): string | undefined =>
    content === undefined ? undefined : splitText(content).text
  const diff = action === 'none' ? '' : renderDiff(task.path, text(target.content?.bytes), text(bytes))
  return { path: task.path, real: target.real, action, changes, diff }
}

function refused(task: FileTask, refusal: Refusal): FileChange {
  return { path: task.path, real: task.path, action: 'refused', changes: [], diff: '', refusal }
}
