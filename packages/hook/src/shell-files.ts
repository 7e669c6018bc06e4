import fs from 'node:fs'
import { resolve } from 'node:path'
import type { Moment } from '@rally/core/model/moment'
import type { ShellGit, ShellWrite } from '@rally/core/model/shell-reading'
import { writtenPaths } from '@rally/core/rules/shell/written-paths'

/** Where a shell command starts. */
export function shellFolder({ shell, cwd }: Moment): string {
  return resolve(cwd, shell?.folder ?? '.')
}

/** `git checkout WORD` restores a file where there is one of that name and, as git reads it, no branch is meant. */
export function isRestored({ orWrites }: ShellGit, folder: string): boolean {
  return orWrites?.some(({ path }) => fs.existsSync(resolve(folder, path))) ?? false
}

/** Whether a path of a shell command, seen from where it starts, is a folder. */
export function isFolderAt(folder: string, path: string): boolean {
  return fs.statSync(resolve(folder, path), { throwIfNoEntry: false })?.isDirectory() ?? false
}

/** What a shell command writes, where words of `git checkout` turned out to be files included. */
export function shellWrites(moment: Moment): ShellWrite[] {
  const folder = shellFolder(moment)
  const restored = moment.shell?.git.flatMap((git) => (isRestored(git, folder) ? (git.orWrites ?? []) : [])) ?? []
  return [...(moment.shell?.writes ?? []), ...restored]
}

/** What a shell command writes, by its own words; a name that is a folder only where all in it goes. */
export function shellFiles(moment: Moment): string[] {
  const folder = shellFolder(moment)
  return writtenPaths(shellWrites(moment), (path) => isFolderAt(folder, path))
}
