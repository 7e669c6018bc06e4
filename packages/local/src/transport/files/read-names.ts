import fs from 'node:fs'
import { isAbsent } from './errno.js'

/** The names in a folder; none when it does not exist, or is a link or no folder. */
export function readNames(folder: string): string[] {
  try {
    return fs.lstatSync(folder).isDirectory() ? fs.readdirSync(folder) : []
  } catch (error) {
    if (isAbsent(error)) return []
    throw error
  }
}
