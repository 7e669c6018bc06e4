import { writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { build } from 'esbuild'
import { bundleOptions, external } from './bundle-options.mjs'
import { bundledModules } from './bundled-modules.mjs'
import { findCommands } from './find-commands.mjs'
import { lateFiles } from './late-files.mjs'
import { lazyBuiltins } from './lazy-builtins.mjs'
import { lazyLibraries } from './lazy-libraries.mjs'
import { lazyOclif } from './lazy-oclif.mjs'
import { redirectImports } from './redirect-imports.mjs'
import { cli, required } from './workspace.mjs'

const dist = join(cli, 'dist')

/** `rally.cjs`: oclif and every command, each behind a lazy import. */
export async function bundleProgram() {
  const lines = commands().map(
    ({ id, file }) => `  ${JSON.stringify(id)}: () => import(${JSON.stringify(file)}).then((m) => m.default),`,
  )
  writeFileSync(
    join(dist, 'program.js'),
    `import { boot } from './boot.js'\nboot(require('node:path').join(__dirname, '..'), {\n${lines.join('\n')}\n})\n`,
  )
  const result = await build({
    ...bundleOptions,
    entryPoints: [join(dist, 'program.js')],
    outfile: join(dist, 'rally.cjs'),
    external,
    plugins: [lazyLibraries, lazyBuiltins({ complete: true }), lazyOclif, bundledModules, lateFiles],
    metafile: true,
    logOverride: { 'require-resolve-not-external': 'silent' },
  })
  writeFileSync(join(dist, 'metafile.json'), JSON.stringify(result.metafile))
  redirectImports(join(dist, 'rally.cjs'))
}

/** What oclif's ordinary way loads: all commands in one file beside oclif itself, and the answer to a plugin's `rally:api`. */
export async function bundleOrdinaryWay() {
  const imports = commands().map(({ file }, index) => `import c${index} from ${JSON.stringify(file)}`)
  const entries = commands().map(({ id }, index) => `  ${JSON.stringify(id)}: c${index},`)
  writeFileSync(
    join(dist, 'all-commands.js'),
    `${imports.join('\n')}\nexport const COMMANDS = {\n${entries.join('\n')}\n}\n`,
  )
  await bundle('all-commands.js', 'commands.cjs', [...external, '@oclif/core', '@oclif/core/*'])
  await bundle('hooks/rally-api.js', 'rally-api.cjs')
}

/** Completion answers at every press of a key: it has a program of its own, without oclif. */
export async function bundleCompletion() {
  await bundle('complete.js', 'complete.cjs')
}

async function bundle(entry, file, outside = external) {
  await build({
    ...bundleOptions,
    entryPoints: [required(join(dist, entry))],
    outfile: join(dist, file),
    external: outside,
  })
}

function commands() {
  return findCommands(join(dist, 'commands')).map(({ id, file }) => ({ id, file: `./${relative(dist, file)}` }))
}
