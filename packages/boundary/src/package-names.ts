import { obj, parseJson, text } from '@rally/core/readers'
import { resolveReference } from './forbidden-imports.js'
import type { SourceTree } from './source-tree.js'

/** `specifier` as an import of the package that it leads into; undefined where it stays in the package of `file`. */
export type AsPackageImport = (file: string, specifier: string) => string | undefined

const MANIFEST = 'package.json'

/**
 * A relative path into another package of the repository, or into `node_modules`, is an import of that package: it would be
 * the same code by another name. The packages are the folders with a package.json that has a name.
 */
export async function readPackageNames(files: readonly string[], tree: SourceTree): Promise<AsPackageImport> {
  const names = new Map<string, string>()
  for (const file of files) {
    if (file !== MANIFEST && !file.endsWith(`/${MANIFEST}`)) continue
    const name = text(obj(parseJson((await tree.readText(file)) ?? '')).name)
    if (name !== undefined) names.set(file.slice(0, -MANIFEST.length), name)
  }
  const folderOf = (path: string): string | undefined => {
    for (let end = path.lastIndexOf('/'); ; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end + 1)
      if (names.has(folder)) return folder
      if (end < 1) return undefined
    }
  }
  return (file, specifier) => {
    const path = resolveReference(file, specifier)
    if (path === undefined) return undefined
    const installed = path.lastIndexOf('node_modules/')
    if (installed >= 0) return path.slice(installed + 'node_modules/'.length)
    // The slash: a path may name the package's folder itself.
    const folder = folderOf(`${path}/`)
    if (folder === undefined || folder === folderOf(file)) return undefined
    return `${names.get(folder)}/${path.slice(folder.length)}`.replace(/\/$/, '')
  }
}
