import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { applyPlan } from './apply-plan.js'
import { withLock } from './file-lock.js'
import { lockPath } from './install-record.js'
import { sweepLeftovers } from './leftovers.js'
import { type Action, type FileTask, type Intent, NO_FILE, type Plan, planFile } from './plan-change.js'
import type { EntryChange } from './plan-entries.js'
import { type Refusal, Refused, refusing } from './refusal.js'
import type { Surroundings } from './surroundings.js'
import { codeOf, readTarget, splitText } from './target-file.js'
import { renderDiff } from './text-diff.js'

export type { FileTask, Intent }

/** What happened, or in a dry run would happen, to one file. */
export interface FileChange {
  readonly path: string
  /** Where the bytes are, when links lead there. */
  readonly real: string
  readonly action: Action | 'refused'
  readonly changes: readonly EntryChange[]
  /** Unified diff; empty when nothing changes. */
  readonly diff: string
  readonly refusal?: Refusal
}

/** What the change would be. Reads only. */
export function planChange(intent: Intent, task: FileTask, surroundings: Surroundings): FileChange {
  const planned = refusing(() => {
    const plan = planFile(intent, task, surroundings)
    if (plan.action !== 'none') checkWritable(plan.target.real, surroundings)
    return plan
  })
  return planned.ok ? report(task, planned.value) : refused(task, planned.refusal)
}

/** What a dry run can see of a change that would fail. Throws Refused. */
function checkWritable(real: string, { stateDir }: Surroundings): void {
  for (const [folder, what] of [
    [stateDir, 'rally cannot keep its notes'],
    [dirname(real), 'it cannot be written'],
  ] as const) {
    const there = existingFolder(folder)
    try {
      accessSync(there, constants.W_OK | constants.X_OK)
    } catch (error) {
      throw new Refused({ code: 'unwritable', message: `${what} in ${there}: ${codeOf(error)}`, errno: codeOf(error) })
    }
    if (!statSync(there).isDirectory())
      throw new Refused({ code: 'unwritable', message: `${what}: ${there} is no folder`, errno: 'ENOTDIR' })
  }
}

function existingFolder(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : existingFolder(dirname(path))
}

/**
 * Plans and applies the change of one file under its lock, then reads it again. When somebody else writes the file in
 * between, it starts over, three times at most. Never throws for a reason that lies in files; such a file is `refused`.
 */
export async function applyChange(intent: Intent, task: FileTask, surroundings: Surroundings): Promise<FileChange> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      // Signals are heard here, and not while a file is half done: all below runs without a pause.
      await new Promise((resolve) => setImmediate(resolve))
      const { real } = readTarget(task.path)
      return await withLock(lockPath(real, surroundings), surroundings, () => {
        sweepLeftovers(real, surroundings)
        const current = planFile(intent, task, surroundings)
        applyPlan(current, task, surroundings)
        return report(task, current)
      })
    } catch (error) {
      if (error instanceof RangeError) return planChange(intent, task, surroundings)
      if (!(error instanceof Refused)) throw error
      if (error.refusal.code === 'changed' && attempt < 3) continue
      // Where nothing is to be changed, nothing has to be noted either; where no file can be, nothing has to be taken out.
      const planned = ['unwritable', ...NO_FILE].includes(error.refusal.code)
        ? planChange(intent, task, surroundings)
        : undefined
      return planned?.action === 'none' ? planned : refused(task, error.refusal)
    }
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
