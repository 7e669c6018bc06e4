import fs from 'node:fs'
import { join } from 'node:path'
import type { HostProbe } from '@rally/core/model/host-probe'
import { list, obj, parseJson, str, text } from '@rally/core/readers'
import { replaceFile } from '@rally/files/replace-file'
import { makeFolders } from '../system/make-folder.js'
import { readSmallFile } from '../system/small-file.js'
import { type Env, stateDir } from '../system/user-dirs.js'

/** A result is a few lines. */
const LARGEST = 64 << 10

const folderOf = (env: Env): string => join(stateDir(env), 'probes')

/**
 * Keeps what a probe found, in the place of the host's last one.
 * @param unique a word that no other call on this machine gets
 * @throws the file system's error
 */
export function keepProbe(env: Env, host: string, probe: HostProbe, unique: string): void {
  const { version, probedAt, heard, lost } = probe
  makeFolders(folderOf(env))
  replaceFile(
    join(folderOf(env), `${host}.json`),
    `${JSON.stringify({ host, version, probed_at: probedAt, heard, lost })}\n`,
    unique,
  )
}

/** By host id. What cannot be read counts as never probed. */
export function readProbes(env: Env): Readonly<Record<string, HostProbe>> {
  const probes = namesIn(folderOf(env)).flatMap((name): [string, HostProbe][] => {
    const file = readSmallFile(join(folderOf(env), name), LARGEST)
    const value = obj(file.kind === 'text' ? parseJson(file.text) : undefined)
    if (typeof value.probed_at !== 'number' || `${str(value.host)}.json` !== name) return []
    const words = (item: unknown): string[] => list(item).map((word) => str(word))
    const { probed_at: probedAt } = value
    return [
      [
        str(value.host),
        { version: text(value.version) ?? null, probedAt, heard: words(value.heard), lost: words(value.lost) },
      ],
    ]
  })
  return Object.fromEntries(probes)
}

function namesIn(folder: string): readonly string[] {
  try {
    return fs.readdirSync(folder)
  } catch {
    return []
  }
}
