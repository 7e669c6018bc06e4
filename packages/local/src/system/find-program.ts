import { accessSync, constants, statSync } from 'node:fs'
import { join } from 'node:path'
import { programEnv } from './program-env.js'
import type { Env } from './user-dirs.js'

/** The path of the program that is started by a name: the first file on PATH that may be run, of its absolute folders alone. */
export function findProgram(name: string, env: Env): string | undefined {
  const folders = programEnv(env).PATH?.split(':') ?? []
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
