import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { splitWords } from '../../packages/cli/test/run-rally.js'

const MANIFEST = join(import.meta.dirname, '../../packages/cli/oclif.manifest.json')

export interface Example {
  readonly id: string
  /** Of the command's own example, without `rally`. */
  readonly words: readonly string[]
  /** Names of the command's flags. */
  readonly flags: readonly string[]
}

/** The example of each command of the command line. */
export function everyExample(): Example[] {
  const { commands } = JSON.parse(readFileSync(MANIFEST, 'utf8')) as {
    commands: Record<string, { id: string; examples?: readonly string[]; flags?: Record<string, unknown> }>
  }
  // oclif's own commands have no examples of ours.
  const theirs: readonly string[] = JSON.parse(readFileSync(join(MANIFEST, '../package.json'), 'utf8')).rally.oclif
  return Object.values(commands)
    .filter(({ id }) => !theirs.includes(id.split(':')[0] ?? ''))
    .map(({ id, examples, flags = {} }) => {
      const words = id.replaceAll(':', ' ')
      const line = (examples?.[0] ?? `rally ${words}`)
        .replaceAll('<%= config.bin %>', 'rally')
        .replaceAll('<%= command.id %>', words)
      return { id, words: splitWords(line).slice(1), flags: Object.keys(flags) }
    })
}
