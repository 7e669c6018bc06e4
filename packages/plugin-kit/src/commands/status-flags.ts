import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import * as Flags from '@oclif/core/flags'
import type { StatusInput } from '@rally/core/usecases/status/status-input'
import { parseCsv } from './parse-csv.js'

/** Flags of every command that judges a room. */
export const statusFlags = {
  'task-ref': Flags.string({ summary: 'Task that this session should be on.', helpValue: 'REF' }),
  'task-heartbeat-grace-seconds': Flags.integer({
    summary: 'Seconds by which a check-in may be late.',
    helpValue: 'N',
    default: 60,
  }),
  'owned-file': Flags.string({
    summary: 'File of this session, relative to the repository; ending in / everything below.',
    helpValue: 'PATH',
    multiple: true,
    multipleNonGreedy: true,
  }),
  'owned-files': Flags.string({ summary: 'File that lists files of this session, one a line.', helpValue: 'PATH' }),
  'owned-files-csv': Flags.string({ summary: 'Files of this session, separated by commas.', helpValue: 'LIST' }),
  'files-in-flight': Flags.string({
    summary: 'Files that this session edits now; else those of its presence.',
    helpValue: 'LIST',
  }),
  'coordination-file': Flags.string({ summary: 'Coordination file whose verdicts count.', helpValue: 'PATH' }),
  'since-revision': Flags.integer({ summary: 'List only changes after this revision.', helpValue: 'N' }),
  'max-changes': Flags.integer({ summary: 'List at most this many changes.', helpValue: 'N', default: 20, min: 0 }),
  'include-archived': Flags.boolean({ summary: 'List changes too that are old enough to be left out.' }),
}

/** Values of `statusFlags`. */
export interface StatusFlags {
  readonly 'task-ref'?: string | undefined
  readonly 'task-heartbeat-grace-seconds': number
  readonly 'owned-file'?: readonly string[] | undefined
  readonly 'owned-files'?: string | undefined
  readonly 'owned-files-csv'?: string | undefined
  readonly 'files-in-flight'?: string | undefined
  readonly 'coordination-file'?: string | undefined
  readonly 'since-revision'?: number | undefined
  readonly 'max-changes': number
  readonly 'include-archived': boolean
}

/** Where the paths of the flags are meant, and the error for a list of files that cannot be read. */
export interface StatusFlagsContext {
  readonly workdir: string
  readonly unreadable: (path: string, thrown: unknown) => Error
}

/** What the use case `readStatus` is asked, from the flags. Throws what `unreadable` makes. */
export function toStatusInput(flags: StatusFlags, { workdir, unreadable }: StatusFlagsContext): StatusInput {
  const { 'coordination-file': coordination, 'files-in-flight': inFlight, 'owned-files': list } = flags
  return {
    taskRef: flags['task-ref'],
    graceSeconds: flags['task-heartbeat-grace-seconds'],
    ownedFiles: [
      ...(flags['owned-file'] ?? []),
      ...parseCsv(flags['owned-files-csv']),
      ...(list === undefined ? [] : readFileList(list, unreadable)),
    ],
    filesInFlight: inFlight === undefined ? undefined : parseCsv(inFlight),
    coordinationFile: coordination === undefined ? undefined : resolve(workdir, coordination),
    sinceRevision: flags['since-revision'],
    maxChanges: flags['max-changes'],
    includeArchived: flags['include-archived'],
  }
}

function readFileList(path: string, unreadable: StatusFlagsContext['unreadable']): string[] {
  try {
    const lines = readFileSync(path, 'utf8').split('\n')
    return lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'))
  } catch (thrown) {
    throw unreadable(path, thrown)
  }
}
