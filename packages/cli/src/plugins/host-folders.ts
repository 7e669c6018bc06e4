import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { HookConfigFile, HostEnv, HostSign } from '@rally/core/ports/host'

type FilePlace = HostSign & Pick<HookConfigFile, 'rootVariable'>

/** What of an adapter tells where its host leaves traces. */
export interface HostTraces {
  readonly signs?: readonly HostSign[]
  readonly configFiles: readonly FilePlace[]
  readonly programFiles?: readonly FilePlace[]
}

export interface HostPlaces {
  /** Top of the working tree; undefined outside a repository. */
  readonly repoRoot: string | undefined
  readonly home: string | undefined
  readonly env: HostEnv
}

/** What shows that a host is used here: its declared signs, else the configuration folders that exist. Absolute, project before user. */
export function existingFolders(adapter: HostTraces, places: HostPlaces): readonly string[] {
  const { signs, configFiles, programFiles = [] } = adapter
  const found =
    signs === undefined
      ? [...configFiles, ...programFiles].map((file) => folderOf(file, places)).filter((path) => isFolder(path))
      : signs.map((sign) => placeOf(sign, places)).filter((path) => path !== undefined && existsSync(path))
  return [...new Set(found)].filter((path): path is string => path !== undefined)
}

function placeOf(sign: HostSign, { repoRoot, home, env }: HostPlaces): string | undefined {
  const [, ...rest] = sign.path.split('/')
  const moved = sign.homeVariable === undefined ? undefined : env[sign.homeVariable]
  if (sign.scope === 'user' && moved) return join(moved, ...rest)
  const top = sign.scope === 'user' ? home : repoRoot
  return top === undefined ? undefined : join(top, sign.path)
}

function folderOf(file: FilePlace, { repoRoot, home, env }: HostPlaces): string | undefined {
  const [first = ''] = file.path.split('/')
  if (file.scope === 'project') return repoRoot === undefined ? undefined : join(repoRoot, first)
  const given = file.homeVariable === undefined ? undefined : env[file.homeVariable]
  if (given) return given
  const root = (file.rootVariable === undefined ? undefined : env[file.rootVariable]) || home
  return root ? join(root, first) : undefined
}

function isFolder(path: string | undefined): boolean {
  if (path === undefined) return false
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}
