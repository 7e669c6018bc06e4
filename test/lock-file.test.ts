import fs from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')

interface Locked {
  readonly version?: string
  readonly integrity?: string
  readonly link?: boolean
  readonly inBundle?: boolean
  readonly dev?: boolean
  readonly hasInstallScript?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const { packages } = JSON.parse(fs.readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  packages: Readonly<Record<string, Locked>>
}

/** Where Node would find a dependency of a locked package, from the inside to the outside. */
function findLocked(from: string, name: string): Locked | undefined {
  for (let folder = from; ; folder = parentOf(folder)) {
    const found = packages[join(folder, 'node_modules', name)]
    if (found !== undefined || folder === '') return found
  }
}

function parentOf(folder: string): string {
  const nested = folder.lastIndexOf('/node_modules/')
  return nested < 0 ? '' : folder.slice(0, nested)
}

it('locks the binaries of every platform, not only of the one on which it was written', () => {
  const optional = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).map((name) => ({ path, name })),
  )
  expect(optional.filter(({ path, name }) => findLocked(path, name) === undefined)).toEqual([])
  // Ours among them: the lock on files, on each platform that has a binary of it.
  const koffi = optional.filter(({ path }) => path === 'packages/cli').map(({ name }) => name)
  for (const platform of ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'])
    expect(koffi.some((name) => name.endsWith(platform))).toBe(true)
})

it('pins every package by the hash of its contents', () => {
  const unpinned = Object.entries(packages).filter(
    ([path, { integrity, link, inBundle }]) => path.includes('node_modules/') && !integrity && !link && !inBundle,
  )
  expect(unpinned.map(([path]) => path)).toEqual([])
})

it('brings no install script that a user of a package would run', () => {
  const scripts = Object.entries(packages).filter(([, { hasInstallScript, dev }]) => hasInstallScript && !dev)
  expect(scripts.map(([path]) => path).sort()).toEqual([])
  for (const name of fs.readdirSync(join(root, 'packages'))) {
    const manifest = join(root, 'packages', name, 'package.json')
    const { scripts: own = {} } = JSON.parse(fs.readFileSync(manifest, 'utf8')) as { scripts?: object }
    expect(Object.keys(own).filter((key) => /install|prepare$/.test(key))).toEqual([])
  }
})
