import { dropBackups, withBackup } from './backups.js'
import type { ContentStrategy } from './content-strategy.js'
import { type InstallRecord, originalOf, readOtherRecords, removeRecord, writeRecord } from './install-record.js'
import { remember } from './known-bytes.js'
import { type FileTask, knownOriginal, type Plan } from './plan-change.js'
import { Refused, refusing } from './refusal.js'
import { makeFolders, removeFile, removeFolders, replaceFile } from './replace-file.js'
import type { Surroundings } from './surroundings.js'
import { readTarget, splitText, type TargetFile } from './target-file.js'
import { makeUndo } from './text-diff.js'

/** Does what was planned, keeps the way back, and reads the file again. To be called under the lock of the file. Throws Refused. */
export function applyPlan(plan: Plan, task: FileTask, surroundings: Surroundings): void {
  const { target, bytes, record, stem } = plan
  switch (plan.action) {
    case 'none':
      if (plan.intent !== 'uninstall') return
      // Somebody else took our entries out, or the file away, or a rally was killed before or after it did: there is nothing to go
      // back to any more.
      if (record !== undefined) {
        if (target.content !== undefined) rebaseOthers(plan, target.content.bytes, task, surroundings)
        dropBackups(target.real, (backup) => isNeedless(backup, target.content?.bytes, task))
      }
      if (target.content === undefined) removeFolders(record?.folders ?? [])
      removeRecord(stem)
      return
    case 'create':
    case 'change':
      if (bytes === undefined) return
      if (plan.intent === 'uninstall') {
        backedUp(plan, task, surroundings, () => replaceFile(target, bytes, surroundings))
        rebaseOthers(plan, bytes, task, surroundings)
        removeRecord(stem)
      } else {
        put(plan, bytes, task, surroundings)
      }
      checkWritten(target, bytes)
      return
    case 'restore':
      if (bytes === undefined) return
      replaceFile(target, bytes, surroundings)
      checkWritten(target, bytes)
      rebaseOthers(plan, bytes, task, surroundings)
      dropBackups(target.real, (backup) => isNeedless(backup, bytes, task))
      // Last: as long as it is there, a run after one that was killed knows that there is something to do.
      removeRecord(stem)
      return
    case 'delete':
      removeFile(target)
      dropBackups(target.real, (backup) => isNeedless(backup, undefined, task))
      removeFolders(record?.folders ?? [])
      removeRecord(stem)
      return
  }
}

/** Whether the bytes that are to be replaced are what rally itself wrote last, for whichever host: no backup needed. */
function writtenByRally({ target, record }: Plan, task: FileTask, surroundings: Surroundings): boolean {
  const others = readOtherRecords({ real: target.real, owner: task.owner }, surroundings).map(([, other]) => other)
  return [record, ...others].some((one) => one !== undefined && one.installed === target.content?.hash)
}

/** Changes the file, with a backup of what somebody else wrote. */
function backedUp(plan: Plan, task: FileTask, surroundings: Surroundings, change: () => void): void {
  if (writtenByRally(plan, task, surroundings)) change()
  else withBackup(plan.target, surroundings, change)
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
      installed: followed ? remember(bytes).hash : other.installed,
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
      installed: remember(bytes).hash,
      undo,
      folders,
    } as const
    writeRecord(stem, next, surroundings)
    const mode = task.executable ? (target.content?.mode ?? 0o644) | 0o111 : undefined
    backedUp(plan, task, surroundings, () => replaceFile(target, bytes, surroundings, mode))
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
  if (plan.record === undefined && task.strategy.sharesForm) return current
  if (plan.record !== undefined && unchanged) return originalOf(plan.record)
  return removed(task.strategy, current, plan.record).bytes
}

function removed(
  strategy: ContentStrategy,
  current: Buffer,
  record: InstallRecord | undefined,
): ReturnType<ContentStrategy['remove']> {
  return strategy.remove(current, record && knownOriginal(record))
}

/** Whether a backup holds what the file holds now, or nothing but what rally wrote. */
function isNeedless(backup: Buffer, now: Buffer | undefined, { strategy }: FileTask): boolean {
  return now === undefined ? isOursAlone(strategy, backup) : backup.equals(now)
}

function isOursAlone(strategy: ContentStrategy, bytes: Buffer): boolean {
  const result = refusing(
    () => strategy.holdsOurs(bytes) && strategy.remove(bytes, { bytes: undefined, undo: null }).bytes === undefined,
  )
  return result.ok && result.value
}

function checkWritten(target: TargetFile, bytes: Buffer): void {
  const { hash } = remember(bytes)
  if (readTarget(target.real).content?.hash !== hash) {
    throw new Refused({ code: 'changed', message: 'somebody else changed it at the same moment' })
  }
}
