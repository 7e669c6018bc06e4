// The structure of the sources: which package and which folder of core imports which, type imports included (the import
// rules of dependency-cruiser look at compiled modules, where those are gone).
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { root as repository } from './ready.mjs'

/** From the ground up. A name may end in `*`. An import goes to a lower floor or stays in its package. */
export const FLOORS = [
  { title: 'floor 1', about: 'the rules', packages: ['core'] },
  { title: 'floor 1½', about: 'shared tools', packages: ['files', 'plugin-kit'], insideToo: [['plugin-kit', 'files']] },
  {
    title: 'floor 2',
    about: 'one room, one task',
    packages: ['local', 'relay', 'boundary', 'installer', 'conformance', 'transport-*', 'board', 'mcp', 'host-*'],
    insideToo: [],
  },
  { title: 'floor 3', about: 'people and hosts come in here', packages: ['hook', 'cli'], insideToo: [] },
]

/** The folders of core from the ground up; what stands beside them (`readers.ts`, `errors.ts` …) is the ground. */
export const CORE_FOLDERS = ['', 'model', 'ports', 'rules', 'usecases', 'moments', 'plugin-api', 'testing', 'index.ts']

const IMPORT = /\b(?:import|export)\b[^'"`;()]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\s*\(?\s*['"]([^'"]+)['"]/g

/** Every module of a package's sources, without tests, with the modules that it imports. */
export function readModules(root = repository) {
  const modules = new Map()
  const packages = readdirSync(join(root, 'packages')).filter((name) => existsSync(join(root, 'packages', name, 'src')))
  for (const name of packages) {
    const folder = join(root, 'packages', name, 'src')
    for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!/\.tsx?$/.test(entry) || entry.endsWith('.test.ts') || entry.endsWith('.d.ts')) continue
      const path = join(folder, entry)
      const source = readFileSync(path, 'utf8').replace(/^\s*(\/\/|\*|\/\*).*$/gm, '')
      const imports = [...source.matchAll(IMPORT)].map((match) => match[1] ?? match[2])
      modules.set(relative(root, path), { package: name, imports: imports.map((name) => target(root, path, name)) })
    }
  }
  return modules
}

/** `packages/core/src/x.ts`, `@rally/core/…` by its package's folder, or the name of a library. */
function target(root, from, specifier) {
  if (specifier.startsWith('.')) return sourceOf(root, relative(root, join(dirname(from), specifier)))
  const own = /^@rally\/([^/]+)(?:\/(.*))?$/.exec(specifier)
  if (!own) return specifier
  const path = `packages/${own[1]}/src/${own[2] ?? 'index'}`
  return existsSync(join(root, `${path}.ts`)) ? `${path}.ts` : `${path}/index.ts`
}

const sourceOf = (root, path) =>
  path.replace(/\.js$/, existsSync(join(root, path.replace(/\.js$/, '.tsx'))) ? '.tsx' : '.ts')

const packageOf = (path) => /^packages\/([^/]+)\//.exec(path)?.[1]
const fits = (pattern, name) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name)
export const floorOf = (name) => FLOORS.findIndex(({ packages }) => packages.some((pattern) => fits(pattern, name)))

export function coreFolder(path) {
  const [first, second] = path.replace('packages/core/src/', '').split('/')
  if (second !== undefined) return first
  return first === 'index.ts' ? first : ''
}

/** Every arrow between two packages, and between two folders of core: `from`, `to`, how many imports, the first module. */
export function arrows(modules) {
  const found = { packages: new Map(), core: new Map() }
  const count = (map, from, to, module) => {
    const arrow = map.get(`${from} ${to}`) ?? { from, to, imports: 0, module }
    map.set(`${from} ${to}`, { ...arrow, imports: arrow.imports + 1 })
  }
  for (const [path, { package: name, imports }] of modules)
    for (const to of imports) {
      const other = packageOf(to)
      if (other === undefined) continue
      if (other !== name) count(found.packages, name, other, path)
      else if (name === 'core' && coreFolder(path) !== coreFolder(to))
        count(found.core, coreFolder(path), coreFolder(to), path)
    }
  return { packages: [...found.packages.values()], core: [...found.core.values()] }
}

/** Sentences about what is wrong: arrows that go up or sideways, circles of modules, a package without a floor. */
export function faults(modules) {
  const { packages, core } = arrows(modules)
  const homeless = [...new Set([...modules.values()].map((module) => module.package))].filter((n) => floorOf(n) < 0)
  return [
    ...homeless.map((name) => `${name} stands on no floor (scripts/structure.mjs)`),
    ...packages.filter(isWrong).map(({ from, to, module }) => `${module}: ${from} must not import ${to}`),
    ...core
      .filter(({ from, to }) => CORE_FOLDERS.indexOf(from) <= CORE_FOLDERS.indexOf(to))
      .map(({ from, to, module }) => `${module}: core's ${from || 'ground'} must not import its ${to || 'ground'}`),
    ...circles(modules).map((circle) => `a circle: ${circle.join(' -> ')}`),
  ]
}

function isWrong({ from, to }) {
  if (floorOf(from) > floorOf(to)) return false
  const inside = FLOORS[floorOf(from)]?.insideToo ?? []
  return !inside.some(([a, b]) => a === from && b === to)
}

/** One circle of each group of modules that import each other. */
function circles(modules) {
  const state = new Map()
  const found = []
  const visit = (path, trail) => {
    state.set(path, 'open')
    for (const to of modules.get(path)?.imports ?? []) {
      if (!modules.has(to)) continue
      if (state.get(to) === 'open') found.push([...trail.slice(trail.indexOf(to)), to])
      else if (!state.has(to)) visit(to, [...trail, to])
    }
    state.set(path, 'done')
  }
  for (const path of modules.keys()) if (!state.has(path)) visit(path, [path])
  return found
}
