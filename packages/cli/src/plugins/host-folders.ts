import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { HookConfigFile, HostAdapter, HostEnv } from '@rally/core/ports/host'

export interface HostPlaces {
  /** Top of the working tree; undefined outside a repository. */
  readonly repoRoot: string | undefined
  readonly home: string | undefined
  readonly env: HostEnv
}

/** The configuration folders of a host that exist: the sign that it is used here. Absolute, project before user. */
export function existingFolders(adapter: HostAdapter, places: HostPlaces): readonly string[] {
  const folders = adapter.configFiles.map((file) => folderOf(file, places))
  return [...new Set(folders)].filter((folder): folder is string => folder !== undefined && isFolder(folder))
}

function folderOf(file: HookConfigFile, { repoRoot, home, env }: HostPlaces): string | undefined {
  const [first = ''] = file.path.split('/')
  if (file.scope === 'project') return repoRoot === undefined ? undefined : join(repoRoot, first)
  const given = file.homeVariable === undefined ? undefined : env[file.homeVariable]
  if (given) return given
  const root = (file.rootVariable === undefined ? undefined : env[file.rootVariable]) || home
  return root ? join(root, first) : undefined
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}
