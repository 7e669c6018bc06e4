// A folder with a short path for sockets: the path of one has 104 to 108 bytes, and a folder for temporary files may be longer.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const LONGEST = 50

let folder

/** One for each process, gone at its end. */
export function socketFolder() {
  if (folder === undefined) {
    const made = mkdtempSync(join(tmpdir().length <= LONGEST ? tmpdir() : '/tmp', 'rally-'))
    process.on('exit', () => rmSync(made, { recursive: true, force: true }))
    folder = made
  }
  return folder
}
