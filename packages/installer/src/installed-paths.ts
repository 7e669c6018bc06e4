import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readRecord } from './install-record.js'

/**
 * Files that rally wrote in hosts' configuration and has not taken back, and the folders (with a slash at the end) that it made
 * for them: absolute, links resolved. Empty where nothing is installed or nothing can be read.
 */
export function installedPaths(stateDir: string): string[] {
  const folder = join(stateDir, 'installs')
  let names: string[]
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  } catch {
    return []
  }
  const records = names.flatMap((name) => readRecord(join(folder, name.slice(0, -'.json'.length))) ?? [])
  return records.flatMap(({ path, folders }) => [path, ...folders.map((made) => `${made}/`)])
}
