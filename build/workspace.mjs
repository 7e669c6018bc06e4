// What the steps of the build know of this repository: where it is, which packages it has, what each declares.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..')
export const packages = join(root, 'packages')
export const cli = join(packages, 'cli')

export function readPackage(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}

/** Every package as `{folder, pkg}`. The list is the folder's, so that deleting a package needs no edit here. */
export function allPackages() {
  return readdirSync(packages)
    .map((name) => join(packages, name))
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .map((folder) => ({ folder, pkg: readPackage(folder) }))
}

export function hostPackages() {
  return allPackages().filter(({ pkg }) => pkg.rally?.host)
}

/** The plugins that come with the program, in the order of its own list, as far as they are in this repository. */
export function bundledPlugins() {
  const found = new Map(allPackages().map((one) => [one.pkg.name, one]))
  return readPackage(cli).oclif.plugins.flatMap((name) => found.get(name) ?? [])
}

/** A file that a step cannot do without. */
export function required(path) {
  if (!existsSync(path)) throw new Error(`${path} is missing: it is declared, but nothing was compiled to it`)
  return path
}
