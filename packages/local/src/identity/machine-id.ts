import { linkSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Machine } from '@rally/core/ports/machine'
import { obj, parseJson, text } from '@rally/core/readers'
import { makeFolders } from '../system/make-folder.js'
import { createIds } from '../system/random-ids.js'
import { errorCode, readSmallFile } from '../system/small-file.js'
import { type Env, stateDir } from '../system/user-dirs.js'

const FILE = 'machine.json'
const MOST_BYTES = 4096
const ID = /^[0-9a-f]{16}$/

/** This machine. Its id is looked up once. */
export function createMachine(env: Env): Machine {
  let id: string | undefined
  return {
    id() {
      id ??= machineId(stateDir(env))
      return id
    },
  }
}

/**
 * The id of this machine: 16 hexadecimal digits in the user's state folder, made when it is first asked for. Unlike the host
 * name it never changes; of any number of processes that ask first, all get the same. Where the folder cannot be written,
 * the host name stands for it.
 */
export function machineId(folder: string): string {
  const path = join(folder, FILE)
  try {
    return readId(path) ?? makeId(folder, path)
  } catch {
    return hostname()
  }
}

function readId(path: string): string | undefined {
  const file = readSmallFile(path, MOST_BYTES, { follow: false })
  const id = file.kind === 'text' ? text(obj(parseJson(file.text)).id) : undefined
  return id !== undefined && ID.test(id) ? id : undefined
}

/** @throws the system's error when it cannot be stored */
function makeId(folder: string, path: string): string {
  makeFolders(folder, 3)
  const ids = createIds()
  const draft = join(folder, `.${FILE}.${process.pid}-${ids.hex(8)}`)
  writeFileSync(draft, `${JSON.stringify({ schema: 'rally.machine/1', id: ids.hex(16) })}\n`, {
    flag: 'wx',
    mode: 0o600,
  })
  try {
    for (let round = 0; round < 2; round++) {
      if (!linked(draft, path)) {
        const other = readId(path)
        if (other !== undefined) return other
        // Damaged: nobody's id.
        rmSync(path, { force: true })
        continue
      }
      break
    }
    return readId(path) ?? hostname()
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Whether the file is new, and whole from the beginning. */
function linked(draft: string, path: string): boolean {
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  }
}
