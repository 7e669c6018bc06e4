import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { RallyError, reasonOf } from '@rally/core/errors'
import type { HostsNewOutput } from '@rally/core/model/outputs/hosts-new'

export interface Starter {
  /** The program's folder; `starter/` in it has the files, written for a host of this name. */
  readonly root: string
  readonly kind: HostsNewOutput['kind']
  /** One word of lower-case letters and digits. */
  readonly name: string
  /** Absolute, not there yet. */
  readonly folder: string
}

/** The host for which the files of the starter are written, in each spelling. */
const SAMPLE = 'quill'

/**
 * Writes the files of a new host plugin and answers their names. All of them or none: they are written beside and renamed.
 * Throws NOT_STORED.
 */
export function writeStarter({ root, kind, name, folder }: Starter): string[] {
  const beside = join(dirname(folder), `.${basename(folder)}.${process.pid}`)
  const files = ['both', kind].flatMap((part) => {
    const from = join(root, 'starter', part)
    return filesBelow(from).map((path) => ({ path, text: named(readFileSync(join(from, path), 'utf8'), name) }))
  })
  try {
    for (const { path, text } of files) {
      mkdirSync(dirname(join(beside, path)), { recursive: true })
      writeFileSync(join(beside, path), text)
    }
    // A folder that somebody makes meanwhile is not replaced, unless it is empty.
    renameSync(beside, folder)
  } catch (error) {
    rmSync(beside, { recursive: true, force: true })
    throw new RallyError('NOT_STORED', { what: 'plugin', reason: reasonOf(error) }, { cause: error })
  }
  return files.map(({ path }) => path).sort()
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(folder, path)).isFile(),
  )
}

function named(text: string, name: string): string {
  const title = name.replace(/^./, (letter) => letter.toUpperCase())
  return text
    .replaceAll(SAMPLE, name)
    .replaceAll(SAMPLE.toUpperCase(), name.toUpperCase())
    .replaceAll(
      SAMPLE.replace(/^./, (letter) => letter.toUpperCase()),
      title,
    )
}
