import type { ShellWrite } from '../../model/shell-reading.js'

/**
 * The paths that are written, once it can be looked up which of those where it matters are folders. A name in a folder that
 * cannot be read is left out.
 */
export function writtenPaths(writes: readonly ShellWrite[], isFolder: (path: string) => boolean): string[] {
  const found = new Set<string>()
  for (const { path, inside } of writes) {
    if (inside === undefined || !isFolder(path)) found.add(path)
    else if (inside !== null) found.add(path === '.' ? inside : `${path.replace(/\/$/, '')}/${inside}`)
  }
  return [...found]
}
