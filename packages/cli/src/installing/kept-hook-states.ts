import { statSync } from 'node:fs'
import { join } from 'node:path'
import { HOOK_STATES, type HookState } from '@rally/core/model/hook-states'
import { list, obj, parseJson, str } from '@rally/core/readers'
import { checksum } from '@rally/local/system/checksum'
import { makeFolder } from '@rally/local/system/make-folder'
import { isOwnFolder } from '@rally/local/system/own-folder'
import { readSmallFile } from '@rally/local/system/small-file'
import { cacheDir, type Env } from '@rally/local/system/user-dirs'
import { writeAtomically } from '@rally/local/transport/files/write-atomically'

const FOLDER = 'hook-states'
const LARGEST = 256 * 1024

export type HookStates = Readonly<Record<string, HookState>>

/** What the answer was made from: everything that is no file. */
export interface KeptFor {
  readonly repoRoot: string
  readonly words: readonly unknown[]
}

/**
 * The states of hooks as they were found last, if none of the files that were looked at has changed since. Saves `rally status`
 * from reading the files of every host with their parsers.
 */
export function readKeptStates(env: Env, about: KeptFor): HookStates | undefined {
  try {
    const folder = join(cacheDir(env), FOLDER)
    if (!isOwnFolder(folder)) return undefined
    const file = readSmallFile(join(folder, nameOf(about)), LARGEST, { follow: false })
    const kept = file.kind === 'text' ? obj(parseJson(file.text)) : {}
    if (kept.key !== keyOf(about)) return undefined
    const same = list(kept.files).every((one) => {
      const [path, signature] = list(one)
      return typeof path === 'string' && signatureOf(path) === signature
    })
    return same ? statesIn(kept.states) : undefined
  } catch {
    return undefined
  }
}

/** Keeps an answer with the files that it was made from; best effort. */
export function keepStates(
  env: Env,
  about: KeptFor,
  { states, paths }: { states: HookStates; paths: readonly string[] },
): void {
  try {
    const cache = cacheDir(env)
    makeFolder(join(cache, FOLDER))
    if (!isOwnFolder(cache) || !isOwnFolder(join(cache, FOLDER))) return
    const files = paths.map((path) => [path, signatureOf(path)])
    const text = JSON.stringify({ key: keyOf(about), files, states })
    writeAtomically(cache, `${FOLDER}/${nameOf(about)}`, { text, synced: false })
  } catch {}
}

function statesIn(value: unknown): HookStates | undefined {
  const entries = Object.entries(obj(value)).map(([id, state]) => [id, HOOK_STATES.find((one) => one === str(state))])
  return entries.length > 0 && entries.every(([, state]) => state !== undefined)
    ? Object.fromEntries(entries)
    : undefined
}

/** Which file it is and what was last written to it; a link counts as what it leads to. */
function signatureOf(path: string): string {
  try {
    const { dev, ino, size, mtimeMs, ctimeMs } = statSync(path)
    return `${dev}:${ino}:${size}:${mtimeMs}:${ctimeMs}`
  } catch (error) {
    return `none:${str((error as { code?: unknown }).code)}`
  }
}

/** Node's own hashes cost more to load than reading the answer does. Another repository under the same name has another key. */
function nameOf({ repoRoot }: KeptFor): string {
  return `${checksum(repoRoot)}.json`
}

function keyOf({ repoRoot, words }: KeptFor): string {
  return JSON.stringify([repoRoot, words])
}
