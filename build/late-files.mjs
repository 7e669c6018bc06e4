import { join, relative } from 'node:path'
import { build } from 'esbuild'
import { bundleOptions, external } from './bundle-options.mjs'
import { expectAllMet } from './lazy-members.mjs'
import { cli, packages, required } from './workspace.mjs'

/**
 * Modules that drag large libraries along for one rare command: each becomes a file of its own beside the bundle, so that
 * the bundle, which every command reads, stays small.
 */
const MODULES = ['boundary/dist/scan-javascript', 'boundary/dist/scan-python']

/** The schema of the configuration, and with it zod: only where a configuration file exists. */
const SCHEMA = '@rally/core/model/configuration'
const SCHEMA_FILE = 'configuration-schema.cjs'

const fileOf = (name) => `${name.replace('/dist/', '/')}.cjs`

/** In the program: a late module is imported from its own file. */
export const lateFiles = {
  name: 'late-files',
  setup(build) {
    const met = new Set()
    const late = (name, file) => {
      met.add(name)
      return { path: `./${file}`, external: true }
    }
    expectAllMet(build, { list: [...MODULES, SCHEMA], met, where: 'build/late-files.mjs' })
    build.onResolve({ filter: new RegExp(`^${SCHEMA}$`) }, ({ kind }) =>
      kind === 'dynamic-import' ? late(SCHEMA, SCHEMA_FILE) : undefined,
    )
    build.onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir, kind }) => {
      const name = relative(packages, join(resolveDir, path)).replace(/\.js$/, '')
      return kind === 'dynamic-import' && MODULES.includes(name) ? late(name, fileOf(name)) : undefined
    })
  },
}

/** Writes the files themselves. */
export async function bundleLateFiles() {
  const dist = join(cli, 'dist')
  const entries = [
    ...MODULES.map((name) => [join(packages, `${name}.js`), fileOf(name)]),
    [join(packages, 'core/dist/model/configuration.js'), SCHEMA_FILE],
  ]
  for (const [entry, file] of entries) {
    await build({ ...bundleOptions, entryPoints: [required(entry)], outfile: join(dist, file), external })
  }
}
