import { basename, join } from 'node:path'
import { build } from 'esbuild'
import { bundleOptions } from './bundle-options.mjs'
import { expectAllMet } from './lazy-members.mjs'
import { bundledPlugins, cli, packages, required } from './workspace.mjs'

/** The schema of the configuration, and with it zod: only where a configuration file exists. */
const SCHEMA = '@rally/core/model/configuration'

/**
 * Modules that drag large libraries along for one rare command: each becomes a file of its own beside the bundle, so that
 * the bundle, which every command reads, stays small. A plugin names its own: `rally.late` in its package.json.
 */
function lateModules() {
  const theirs = bundledPlugins().flatMap(({ folder, pkg }) =>
    (pkg.rally?.late ?? []).map((path) => {
      const module = join(folder, path)
      return { name: module, module, file: `late/${basename(folder)}-${basename(path, '.js')}.cjs` }
    }),
  )
  const schema = join(packages, 'core/dist/model/configuration.js')
  return [...theirs, { name: SCHEMA, module: schema, file: 'late/configuration-schema.cjs' }]
}

/** In the program: a late module is imported from its own file. */
export const lateFiles = {
  name: 'late-files',
  setup(build) {
    const files = new Map(lateModules().map(({ name, file }) => [name, file]))
    const met = new Set()
    expectAllMet(build, { list: [...files.keys()], met, where: 'build/late-files.mjs' })
    build.onResolve({ filter: /^\.{1,2}\/|^@rally\// }, ({ path, resolveDir, kind }) => {
      const name = path.startsWith('.') ? join(resolveDir, path) : path
      if (kind !== 'dynamic-import' || !files.has(name)) return undefined
      met.add(name)
      return { path: `./${files.get(name)}`, external: true }
    })
  },
}

/** Writes the files themselves. */
export async function bundleLateFiles() {
  for (const { module, file } of lateModules()) {
    await build({ ...bundleOptions, entryPoints: [required(module)], outfile: join(cli, 'dist', file) })
  }
}
