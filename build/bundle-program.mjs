import { readFileSync, writeFileSync } from 'node:fs'
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
import { bundledPlugins, cli, required } from './workspace.mjs'

const dist = join(cli, 'dist')

/**
 * `rally.cjs`: oclif, our commands and those of the bundled plugins, each behind a lazy `require`. It does nothing until it is
 * started, so that oclif can take our commands from it, too, and plugins' commands the composed program.
 */
export async function bundleProgram() {
  const commands = allCommands()
  const registry = commands.map(
    ({ id, plugin, file }) =>
      `  ${JSON.stringify(id)}: { ${plugin ? `plugin: ${JSON.stringify(plugin)}, ` : ''}load: () => require(${JSON.stringify(file)}).default },`,
  )
  const own = commands
    .filter(({ plugin }) => !plugin)
    .map(({ id }) => `  get ${JSON.stringify(id)}() { return REGISTRY[${JSON.stringify(id)}].load() },`)
  writeFileSync(
    join(dist, 'program.js'),
    `import { boot } from './boot.js'
const REGISTRY = {
${registry.join('\n')}
}
export const COMMANDS = {
${own.join('\n')}
}
export const start = () => boot(require('node:path').join(__dirname, '..'), REGISTRY)
export const answerRallyApi = (options) => require('./plugin-api/answer-rally-api.js').answerRallyApi(options)
`,
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
  // Half a megabyte that every start would read: a constant beside a schema brings it in.
  const zod = Object.entries(result.metafile.inputs).find(([, { imports }]) =>
    imports.some(({ path }) => /\bzod\//.test(path)),
  )
  if (zod !== undefined) throw new Error(`zod is in the program, for ${zod[0]}`)
  writeFileSync(join(dist, 'metafile.json'), JSON.stringify(result.metafile))
  redirectImports(join(dist, 'rally.cjs'))
}

/** Completion answers at every press of a key: it has a program of its own, without oclif. */
export async function bundleCompletion() {
  await build({
    ...bundleOptions,
    entryPoints: [required(join(dist, 'complete.js'))],
    outfile: join(dist, 'complete.cjs'),
    external,
  })
}

/**
 * Our commands and those of the bundled plugins, these under their other names, too. Two with one id are a mistake: which of
 * them would run?
 */
function allCommands() {
  const own = findCommands(join(dist, 'commands')).map(({ id, file }) => ({ id, file: `./${relative(dist, file)}` }))
  const all = [...own, ...bundledPlugins().flatMap(pluginCommands)]
  const twice = all.filter(({ id }, index) => all.findIndex((other) => other.id === id) !== index)
  if (twice.length > 0) throw new Error(`two commands have the id ${twice.map(({ id }) => id).join(', ')}`)
  return all
}

function pluginCommands({ folder, pkg }) {
  const { commands } = JSON.parse(readFileSync(required(join(folder, 'oclif.manifest.json')), 'utf8'))
  return findCommands(join(folder, 'dist/commands')).flatMap(({ id, file }) => {
    if (!commands[id]) throw new Error(`${file} is in no manifest`)
    return [id, ...commands[id].aliases].map((name) => ({ id: name, file, plugin: pkg.name }))
  })
}
