import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from '../ready.mjs'
import { nameMutants } from './drawn-mutants.mjs'
import { cache } from './stryker.mjs'

/** Code that only tests run, nothing but schemas, and what only real processes reach. The transport in memory stays in. */
const LEFT_OUT =
  /\.test\.ts$|^packages\/core\/src\/testing\/(session|test)-room\.ts$|^packages\/core\/src\/model\/outputs\/|^packages\/boundary\/src\/(commands|command-line|outputs)\/|^packages\/boundary\/src\/git-source-tree\.ts$/

function sources() {
  return ['core', 'relay', 'boundary'].flatMap((name) => {
    const folder = `packages/${name}/src`
    return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((file) => `${folder}/${file}`)
      .filter((file) => file.endsWith('.ts') && !LEFT_OUT.test(file))
      .sort()
  })
}

/** Every mutant that Stryker would make of the three packages, named; nothing is run. */
export async function listMutants() {
  const place = join(cache, 'node_modules/@stryker-mutator/instrumenter/dist/src/index.js')
  const { Instrumenter } = await import(pathToFileURL(place).href)
  const quiet = { debug() {}, info() {}, warn() {}, isDebugEnabled: () => false }
  const texts = new Map(sources().map((name) => [name, readFileSync(join(root, name), 'utf8')]))
  const files = [...texts].map(([name, content]) => ({ name, mutate: true, content }))
  const { mutants } = await new Instrumenter(quiet).instrument(files, {
    plugins: null,
    excludedMutations: [],
    ignorers: [],
  })
  // What a comment takes out of the count (`// Stryker disable …`) has its result already.
  const open = mutants.filter(({ status }) => status === undefined)
  return nameMutants(open, (name) => texts.get(name) ?? '')
}

/** A mutant by what Stryker tells of it while it runs. */
export function placeOf({ fileName, mutatorName, replacement, location: { start, end } }) {
  return `${fileName}:${start.line}:${start.column}-${end.line}:${end.column} ${mutatorName} ${replacement}`
}

/** The part of a file to which Stryker is limited. */
export function rangeOf({ fileName, location: { start, end } }) {
  return `${fileName}:${start.line + 1}:${start.column}-${end.line + 1}:${end.column}`
}
