import fs from 'node:fs'
import { resolve } from 'node:path'
import type { Moment } from '@rally/core/model/moment'
import type { ShellGit } from '@rally/core/model/shell-reading'
import { writtenPaths } from '@rally/core/rules/shell/written-paths'

/** Where a shell command starts. */
export function shellFolder({ shell, cwd }: Moment): string {
  return resolve(cwd, shell?.folder ?? '.')
}

/** `git checkout WORD` restores a file where there is one of that name and, as git reads it, no branch is meant. */
export function isRestored({ orWrites }: ShellGit, folder: string): boolean {
  return orWrites?.some(({ path }) => fs.existsSync(resolve(folder, path))) ?? false
}

/** What a shell command writes, by its own words; a name that is a folder only where all in it goes. */
export function shellFiles(moment: Moment): string[] {
  const folder = shellFolder(moment)
  const isFolder = (path: string): boolean =>
    fs.statSync(resolve(folder, path), { throwIfNoEntry: false })?.isDirectory() ?? false
  const restored = moment.shell?.git.flatMap((git) => (isRestored(git, folder) ? (git.orWrites ?? []) : [])) ?? []
  return writtenPaths([...(moment.shell?.writes ?? []), ...restored], isFolder)
}
