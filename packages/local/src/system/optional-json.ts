import { lstatSync } from 'node:fs'
import { parseJson } from '@rally/core/readers'
import { readSmallFile } from './small-file.js'

const LARGEST = 4 << 20

/**
 * What a JSON file holds that most people do not have; undefined when it is not there or damaged. Asked for first, because
 * failing to open a file costs more than looking whether it is there.
 */
export function readOptionalJson(path: string): unknown {
  try {
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return undefined
    const file = readSmallFile(path, LARGEST)
    return file.kind === 'text' ? parseJson(file.text) : undefined
  } catch {
    return undefined
  }
}
