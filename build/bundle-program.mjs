import { readFileSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { build } from 'esbuild'
import { lightBuiltins } from '../packages/hook/build.mjs'
import { bundleOptions } from './bundle-options.mjs'
import { bundledModules } from './bundled-modules.mjs'
import { findCommands } from './find-commands.mjs'
import { lateFiles } from './late-files.mjs'
import { lazyBuiltins } from './lazy-builtins.mjs'
import { lazyLibraries } from './lazy-libraries.mjs'
import { lazyOclif } from './lazy-oclif.mjs'
import { completionHook, oclifCommands, ownPaths } from './oclif-plugins.mjs'
import { redirectImports } from './redirect-imports.mjs'
import { otherPart, splitProgram } from './split-program.mjs'
import { bundledPlugins, cli, required } from './workspace.mjs'
import { dailyWords } from './write-daily.mjs'

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
  const bundled = commands
    .filter(({ plugin }) => plugin)
    .map(({ id }) => `  get ${JSON.stringify(id)}() { return REGISTRY[${JSON.stringify(id)}].load() },`)
  const theirs = oclifCommands().map(
    ({ id, file }) => `  get ${JSON.stringify(id)}() { return require(${JSON.stringify(file)}).default },`,
  )
  const program = join(dist, 'program.js')
  writeFileSync(
    program,
    `import { boot } from './boot.js'
const REGISTRY = {
${registry.join('\n')}
}
export const COMMANDS = {
${[...own, ...theirs].join('\n')}
}
export const BUNDLED_COMMANDS = {
${bundled.join('\n')}
}
export const start = () => boot(require('node:path').join(__dirname, '..'), REGISTRY)
export const refreshCompletion = function (options) { return require(${JSON.stringify(completionHook())}).default.call(this, options) }
export const answerRallyApi = (options) => require('./plugin-api/answer-rally-api.js').answerRallyApi(options)
`,
  )
  const whole = await bundle({ entryPoints: [program], write: false, metafile: true }, PLUGINS)
  // Half a megabyte that every start would read: a constant beside a schema brings it in.
  const zod = Object.entries(whole.metafile.inputs).find(([, { imports }]) =>
    imports.some(({ path }) => /\bzod\//.test(path)),
  )
  if (zod !== undefined) throw new Error(`zod is in the program, for ${zod[0]}`)
  writeFileSync(join(dist, 'metafile.json'), JSON.stringify(whole.metafile))
  await bundleParts(program, whole.metafile)
}

const PLUGINS = [
  lightBuiltins(['fs', 'os', 'path', 'url', 'util', 'timers/promises']),
  lazyLibraries,
  lazyBuiltins({ complete: true }),
  lazyOclif,
  ownPaths,
  bundledModules,
  lateFiles,
]

/** What a plugin expects to meet is in one part or the other: the whole was looked at. */
const UNCHECKED = PLUGINS.map(({ name, setup }) => ({ name, setup: (to) => setup({ ...to, onEnd() {} }) }))

function bundle(options, plugins) {
  return build({
    ...bundleOptions,
    plugins,
    logOverride: { 'require-resolve-not-external': 'silent' },
    ...options,
  })
}

/** `rally.cjs`, which daily commands load, and `rest.cjs`, which the starter hands in as `__loadRest`. */
async function bundleParts(program, metafile) {
  const name = relative(process.cwd(), program)
  const { rest, usual } = splitProgram(metafile, {
    starts: [name, ...dailyCommands(), ...usualModules(metafile)],
    isLazy: (from, { kind }) =>
      kind === 'dynamic-import' || (kind === 'require-call' && (from === name || LAZY.test(from))),
  })
  await bundle({ entryPoints: [program], outfile: join(dist, 'rally.cjs'), external: ['./rest.cjs'] }, [
    otherPart({
      theirs: rest,
      ours: usual,
      ask: `let answer
exports.ask = (number) => (answer ??= rest()((number) => MODULES[number]()))(number)
const rest = () => (typeof __loadRest === 'function' ? __loadRest() : require('./rest.cjs'))`,
    }),
    ...UNCHECKED,
  ])
  const entry = `const part = require('ask-other-part')\nmodule.exports = (ask) => ((part.ask = ask), part.answer)`
  await bundle({ stdin: { contents: entry, resolveDir: dist }, outfile: join(dist, 'rest.cjs') }, [
    otherPart({ theirs: usual, ours: rest, ask: 'exports.answer = (number) => MODULES[number]()' }),
    ...UNCHECKED,
  ])
  for (const part of ['rally.cjs', 'rest.cjs']) redirectImports(join(dist, part))
}

/** Modules whose `require` is a call at the first use: oclif's, which the build rewrites, and what stands for a library. */
const LAZY = /@oclif\/core\/lib\/|^lazy-/

/** What daily commands load late and yet always or often; a test fails when one of them loads anything else. */
const USUAL = [
  ...[
    'args',
    'cache',
    'config/config',
    'config/util',
    'errors/errors/cli',
    'errors/index',
    'flags',
    'logger',
    'parser/errors',
    'parser/index',
    'parser/parse',
  ],
  ...['parser/validate', 'util/aggregate-flags', 'util/ids', 'util/util'],
].map((name) => `@oclif/core/lib/${name}.js`)
USUAL.push(
  '@oclif/core/package.json',
  'lazy-builtin:child_process',
  'installer/dist/inspect-hosts.js',
  'jsonc-parser/lib/esm/main.js',
)
USUAL.push('installer/dist/installed-paths.js', 'plugin-api/answer-rally-api.js')

function dailyCommands() {
  const words = dailyWords()
  return allCommands()
    .filter(({ id }) => words.includes(id.split(':')[0]))
    .map(({ file }) => relative(process.cwd(), resolve(dist, file)))
}

/** Completion answers at every press of a key: it has a program of its own, without oclif. So has a status line that is kept. */
export async function bundleCompletion() {
  for (const [from, to] of [
    ['complete', 'complete'],
    ['status-line', 'kept-line'],
  ]) {
    await build({
      ...bundleOptions,
      entryPoints: [required(join(dist, `${from}.js`))],
      outfile: join(dist, `${to}.cjs`),
    })
  }
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

function usualModules({ inputs }) {
  return USUAL.map((end) => {
    const found = Object.keys(inputs).find((name) => name.endsWith(end))
    if (found === undefined) throw new Error(`build/bundle-program.mjs: ${end} is no longer in the program`)
    return found
  })
}
