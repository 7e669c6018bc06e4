import type { FoundHost } from '@rally/core/ports/host'
import { cliError } from '../errors.js'

interface Known {
  readonly id: string
  readonly title: string
  readonly plugin: string
}

/**
 * A name for a new host: one word, so that id, short name, package and variables can all be made of it. Throws HOST_NAME_BAD, and
 * HOST_NAME_TAKEN where a plugin that is installed or published supplies a host of that name.
 */
export function checkHostName(name: string, found: readonly FoundHost[], published: readonly Known[]): void {
  if (!/^[a-z][a-z0-9]{0,15}$/.test(name)) throw cliError('HOST_NAME_BAD', { name, example: exampleOf(name) })
  const plain = (word: string): string => word.toLowerCase().replace(/[^a-z0-9]/g, '')
  const taken =
    found.find(({ id, adapter }) =>
      [id, adapter?.title, adapter?.shortName, ...(adapter?.aliases ?? [])].some((word) => plain(word ?? '') === name),
    ) ?? published.find(({ id, title }) => [id, title].some((word) => plain(word) === name))
  if (taken !== undefined) throw cliError('HOST_NAME_TAKEN', { name, plugin: taken.plugin })
}

/** What somebody who typed this may have meant. */
function exampleOf(name: string): string {
  const word = name
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .replace(/^[0-9]+/, '')
    .slice(0, 16)
  return word === '' ? 'quill' : word
}
