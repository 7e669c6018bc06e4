import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The commands in a package's manifest that are ours: oclif's own, which are part of the program, explain and lay out themselves. */
export function ownCommands<Command extends { readonly id: string }>(packageRoot: string): Command[] {
  const read = (name: string) => JSON.parse(readFileSync(join(packageRoot, name), 'utf8'))
  const theirs: readonly string[] = read('package.json').rally?.oclif ?? []
  return Object.values<Command>(read('oclif.manifest.json').commands).filter(
    ({ id }) => !theirs.includes(id.split(':')[0] ?? ''),
  )
}
