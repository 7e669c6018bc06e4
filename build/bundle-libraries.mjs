import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { build } from 'esbuild'
import { allPackages } from './workspace.mjs'

/** Whether what a package publishes is one module with its types, in `dist/public`. */
export function isLibrary(pkg) {
  return pkg.exports?.['.']?.default === './dist/public/index.js'
}

/** Modules of `dist` that a library's entries are made of: `index.js`, `commands/index.js`. */
function publicModules(pkg) {
  return Object.values(pkg.exports)
    .map((entry) => /^\.\/dist\/public\/(.+)$/.exec(entry.default)?.[1])
    .filter(Boolean)
}

/** Core's entries that programs outside of this repository may import. */
const PUBLIC = /^@rally\/core(\/(moments|ports|testing))?$/

/**
 * `local`, `conformance` and `plugin-kit` use inner modules of core, which no program outside may import. What they publish has those
 * modules inside (errors cross copies by `code`) and types that name public entries only. A type that core does not export
 * is noticed by test/stranger.test.ts.
 */
export async function bundleLibraries() {
  for (const { folder, pkg } of allPackages()) {
    if (!isLibrary(pkg)) continue
    const dist = join(folder, 'dist')
    const to = join(dist, 'public')
    const entries = publicModules(pkg)
    rmSync(to, { recursive: true, force: true })
    await build({
      entryPoints: entries.map((entry) => join(dist, entry)),
      outbase: dist,
      outdir: to,
      bundle: true,
      platform: 'node',
      target: 'node20.19',
      format: 'esm',
      conditions: ['rally-internal'],
      external: ['@oclif/core'],
      plugins: [publicSchemas],
      logLevel: 'warning',
    })
    copyTypes(entries, { from: dist, to })
  }
}

/** The schemas come with zod, which core depends on: loaded from there, when a configuration file has to be checked. */
const publicSchemas = {
  name: 'public-schemas',
  setup(build) {
    build.onResolve({ filter: /^@rally\/core\/model\/configuration$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: '@rally/core', external: true } : undefined,
    )
  },
}

const IMPORTED = /(\bfrom\s+|\bimport\(\s*)(['"])([^'"]+)\2/g

/** The declarations that the entries need, each once, with core's inner modules named by its entry. */
function copyTypes(entries, { from, to }) {
  const done = new Set()
  const copy = (path) => {
    if (done.has(path)) return
    done.add(path)
    const text = readFileSync(path, 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, '')
    const renamed = text.replace(IMPORTED, (whole, before, quote, name) => {
      if (name.startsWith('.')) copy(typesOf(join(dirname(path), name)))
      return name.startsWith('@rally/core') && !PUBLIC.test(name) ? `${before}${quote}@rally/core${quote}` : whole
    })
    const target = join(to, relative(from, path))
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, renamed)
  }
  for (const entry of entries) copy(typesOf(join(from, entry)))
}

function typesOf(path) {
  const types = path.replace(/\.js$/, '.d.ts')
  if (!existsSync(types)) throw new Error(`${types} is missing: it was not compiled`)
  return types
}
