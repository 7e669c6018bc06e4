import type { ContentStrategy, KnownOriginal } from './content-strategy.js'
import { type InstallRecord, originalOf, readRecord, recordStem } from './install-record.js'
import type { EntryChange } from './plan-entries.js'
import { type RefusalCode, Refused } from './refusal.js'
import type { Surroundings } from './surroundings.js'
import { readTarget, type TargetFile } from './target-file.js'

export type Intent = 'install' | 'uninstall'

export interface FileTask {
  readonly path: string
  /** Whose entries these are: the host id. One file may hold entries of several. */
  readonly owner: string
  readonly strategy: ContentStrategy
  /** The file gets the right to be run. */
  readonly executable?: boolean
}

/** `restore`: back to the bytes before rally came. */
export type Action = 'none' | 'create' | 'change' | 'restore' | 'delete'

/** What is to become of a file, and what is known of it. */
export interface Plan {
  readonly intent: Intent
  readonly target: TargetFile
  readonly action: Action
  readonly bytes: Buffer | undefined
  readonly changes: readonly EntryChange[]
  readonly stem: string
  readonly record: InstallRecord | undefined
}

/** Plans the change of one file from what is on disk now. Throws Refused. */
export function planFile(intent: Intent, task: FileTask, surroundings: Surroundings): Plan {
  const target = intent === 'uninstall' ? readWhatIsThere(task.path) : readTarget(task.path)
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
  if (record === undefined || record.installed !== target.content?.hash) {
    const next = task.strategy.remove(current, record && knownOriginal(record))
    return { ...base, ...next, action: next.bytes === undefined ? 'delete' : 'change' }
  }
  const original = originalOf(record)
  const changes =
    task.strategy.takenOut?.(current) ?? task.strategy.remove(current, { bytes: original, undo: record.undo }).changes
  return { ...base, changes, bytes: original, action: original === undefined ? 'delete' : 'restore' }
}

/** Where there is no file, nothing is ours: what stands in its way, or in the way of its folder, is not asked about. */
function readWhatIsThere(path: string): TargetFile {
  try {
    return readTarget(path)
  } catch (error) {
    if (!(error instanceof Refused) || !NO_FILE.includes(error.refusal.code)) throw error
    return { real: path, linked: false, content: undefined }
  }
}

/** What stands where a file would be, or one of its folders, is no file of ours. */
export const NO_FILE: readonly RefusalCode[] = ['not-a-file', 'not-a-folder']

const NOTHING = { action: 'none', bytes: undefined, changes: [] } as const

/** What a record knows of the file before rally came. */
export function knownOriginal(record: InstallRecord): KnownOriginal {
  return { bytes: originalOf(record), undo: record.undo }
}
