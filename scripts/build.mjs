// Builds everything: types and modules (tsc), bundles (esbuild), oclif manifests, JSON Schemas.
// `--only=tsc` stops after the first step.
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const packages = join(root, 'packages')
const cli = join(packages, 'cli')
const readPackage = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

/** jsonc-parser's main file cannot be bundled (it looks up its parts at run time); its modules can. */
const jsoncParser = createRequire(join(packages, 'installer/package.json'))
  .resolve('jsonc-parser')
  .replace('/umd/', '/esm/')

const bundleOptions = {
  alias: { 'jsonc-parser': jsoncParser },
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'cjs',
  minify: true,
  keepNames: false,
  legalComments: 'none',
  // Good enough for createRequire(), its only use in what is bundled; making it a URL would load one more module of Node's.
  define: { 'import.meta.url': '__filename' },
  logLevel: 'warning',
}

/** The source of a module with the same members, each of which loads the real one when it is first used. */
function lazyMembers(members, name, instead = {}) {
  const lines = members.map((key) => {
    const quoted = JSON.stringify(key)
    return instead[key]
      ? `  ${key}: ${instead[key]},`
      : `  get ${quoted}() { return require(${JSON.stringify(name)})[${quoted}] },`
  })
  return `module.exports = {\n${lines.join('\n')}\n}\n`
}

/**
 * Built-in modules that oclif names at its top but an ordinary command never uses. Loading the six costs a third of
 * Node's own start-up, so inside the bundle they are objects whose members load the module on first use.
 */
const lazyBuiltins = {
  name: 'lazy-builtins',
  setup(build) {
    const names = [
      'tty',
      'perf_hooks',
      'readline',
      'readline/promises',
      'child_process',
      'fs/promises',
      'http',
      'https',
      'net',
      'crypto',
    ]
    build.onResolve({ filter: new RegExp(`^(node:)?(${names.join('|')})$`) }, ({ path, namespace }) =>
      namespace === 'lazy-builtin'
        ? { path, external: true }
        : { path: path.replace('node:', ''), namespace: 'lazy-builtin' },
    )
    build.onLoad({ filter: /.*/, namespace: 'lazy-builtin' }, async ({ path }) => {
      const members = Object.keys(await import(`node:${path}`)).filter((key) => key !== 'default')
      return { contents: lazyMembers(members, `node:${path}`, CHEAP_MEMBERS[path]), loader: 'js' }
    })
  },
}

/**
 * Members that oclif uses at every start, done without loading their module: a pipe, a file or /dev/null is no terminal
 * (only a real character device asks node:tty), and the dozen small manifests are read faster synchronously.
 */
const CHEAP_MEMBERS = {
  tty: {
    isatty: `(fd) => {
    const fs = require('node:fs')
    try {
      const stat = fs.fstatSync(fd)
      if (!stat.isCharacterDevice() || stat.rdev === fs.statSync('/dev/null').rdev) return false
    } catch { return false }
    return require('node:tty').isatty(fd)
  }`,
  },
  // Wrapped once at load for a file browser that nobody opens; promisify() asks for the special form.
  child_process: {
    execFile: `Object.assign((...args) => require('node:child_process').execFile(...args), {
      [Symbol.for('nodejs.util.promisify.custom')]: (...args) => require('node:util').promisify(require('node:child_process').execFile)(...args),
    })`,
  },
  'fs/promises': { readFile: `async (...args) => require('node:fs').readFileSync(...args)` },
}

/** Libraries that most commands never get to, though their modules are named at the top of ours: loaded on first use. */
const LAZY_LIBRARIES = ['toml-eslint-parser', 'jsonc-parser', 'diff']

const lazyLibraries = {
  name: 'lazy-libraries',
  setup(build) {
    const from = createRequire(join(packages, 'installer/package.json'))
    build.onResolve({ filter: new RegExp(`^(${LAZY_LIBRARIES.join('|')})$`) }, ({ path, namespace }) =>
      namespace === 'lazy-library' ? undefined : { path, namespace: 'lazy-library' },
    )
    build.onLoad({ filter: /.*/, namespace: 'lazy-library' }, async ({ path }) => {
      const members = Object.keys(await import(pathToFileURL(from.resolve(path)))).filter((key) => key !== 'default')
      return { contents: lazyMembers(members, path), loader: 'js', resolveDir: join(packages, 'installer') }
    })
  },
}

/** The files of the bundled host plugins become part of the program: found and compiled with it. */
const bundledModules = {
  name: 'bundled-modules',
  setup(build) {
    build.onLoad({ filter: /\/plugins\/bundled-modules\.js$/ }, ({ path }) => {
      const bundled = new Set(readPackage(cli).oclif.plugins)
      const entries = hostPackages()
        .filter(({ pkg }) => bundled.has(pkg.name))
        .flatMap(({ folder, pkg }) =>
          HOST_MODULES.filter((key) => pkg.rally[key] && existsSync(join(folder, pkg.rally[key]))).map(
            (key) =>
              `${JSON.stringify(`${pkg.name} ${key}`)}: () => require(${JSON.stringify(join(folder, pkg.rally[key]))}),`,
          ),
        )
      const source = readFileSync(path, 'utf8')
      const filled = source.replace('BUNDLED_MODULES = {}', `BUNDLED_MODULES = {\n${entries.join('\n')}\n}`)
      if (filled === source) throw new Error(`${path}: there is no empty table to fill in`)
      return { contents: filled, loader: 'js' }
    })
  },
}

/** What a host plugin may bring: the keys under `rally` in its package.json. */
const HOST_MODULES = ['adapter', 'runIdentity', 'coordination']

/** A package that came with a newer commit is linked as `npm ci` would: without installing everything again. */
function linkPackages() {
  for (const name of readdirSync(packages)) {
    const folder = join(packages, name)
    if (!existsSync(join(folder, 'package.json'))) continue
    const link = join(root, 'node_modules', readPackage(folder).name)
    if (existsSync(link)) continue
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(relative(dirname(link), folder), link)
  }
}

function compile() {
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b'], { cwd: root, stdio: 'inherit' })
}

/** Every package that declares a rally host: the list is the folder's, so that deleting one needs no edit. */
function hostPackages() {
  return readdirSync(packages)
    .map((name) => join(packages, name))
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .map((folder) => ({ folder, pkg: readPackage(folder) }))
    .filter(({ pkg }) => pkg.rally?.host)
}

/**
 * oclif's modules name each other at their top; a command that only parses flags would load plugin discovery, help, spinners
 * and more. In the bundle each name becomes a call that loads its module when it is first used. What runs is the same code.
 */
const lazyOclif = {
  name: 'lazy-oclif',
  setup(build) {
    build.onLoad({ filter: /node_modules\/@oclif\/core\/lib\/.*\.js$/ }, ({ path }) => {
      let source = readFileSync(path, 'utf8')
      const names = []
      source = source.replace(
        /^(?:const|var) (\w+_\d+) = ((?:__import(?:Default|Star)\()?require\("[^"]+"\)\)?);$/gm,
        (_line, name, expression) => {
          names.push(name)
          return `const $load_${name} = () => ${expression};`
        },
      )
      if (names.length > 0)
        source = source.replace(new RegExp(`(?<![\\w$])(${names.join('|')})\\b`, 'g'), '($load_$1())')
      // Naming process.stdout opens it as a stream, a fifth of Node's start-up; our commands write to the descriptor. The
      // ordinary way (run-ordinary.ts) puts the same guard in place.
      if (path.endsWith('/lib/command.js')) {
        const guarded = source.replace("process.stdout.on('error', (err) =>", "void ('error', (err) =>")
        if (guarded === source) throw new Error(`${path}: the guard of stdout is no longer there`)
        source = guarded
      }
      return { contents: source, loader: 'js' }
    })
  },
}

/** One CJS file per adapter, `module.exports = factory`, beside the package's own modules. */
async function bundleEntry(from, to, options = {}) {
  if (!existsSync(from)) return
  await build({
    ...bundleOptions,
    ...options,
    minify: true,
    entryPoints: [from],
    outfile: to,
    plugins: [lazyBuiltins],
    footer: { js: 'module.exports = module.exports.default ?? module.exports;' },
  })
}

async function bundleHosts() {
  const bundled = new Set(readPackage(cli).oclif.plugins)
  rmSync(join(cli, 'dist/hosts'), { recursive: true, force: true })
  mkdirSync(join(cli, 'dist/hosts'), { recursive: true })
  for (const { folder, pkg } of hostPackages()) {
    for (const key of HOST_MODULES) {
      if (!pkg.rally[key]) continue
      const to = join(folder, pkg.rally[key])
      await bundleEntry(to.replace(/\.cjs$/, '.js'), to)
    }
    const adapter = join(folder, pkg.rally.adapter)
    if (bundled.has(pkg.name) && existsSync(adapter)) cpSync(adapter, join(cli, 'dist/hosts', `${pkg.rally.host}.cjs`))
  }
}

const NOTICE = `/*! Contains the NATS clients for JavaScript (https://github.com/nats-io/nats.js, Apache-2.0, the NATS Authors and
 * Synadia Communications) and TweetNaCl.js (public domain). */`

/** A transport with what it depends on in one file: a user's plugin folder then needs no registry and no other engine. */
async function bundleTransports() {
  for (const name of readdirSync(packages)) {
    const folder = join(packages, name)
    if (!existsSync(join(folder, 'package.json'))) continue
    const { rally } = readPackage(folder)
    if (!rally?.transport || !rally.entry.endsWith('.cjs')) continue
    const to = join(folder, rally.entry)
    await bundleEntry(to.replace(/\.cjs$/, '.js'), to, { banner: { js: NOTICE } })
  }
}

async function bundleHook() {
  const entry = join(packages, 'hook/dist/main.js')
  if (!existsSync(entry)) return
  const { bundleHook: bundle } = await import(pathToFileURL(join(packages, 'hook/build.mjs')))
  await bundle(join(cli, 'dist/rally-hook.cjs'))
}

function commandFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.js') && !entry.name.includes('.test.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

/** The command ids follow the folder: `commands/inbox/read.js` is `inbox:read`. */
function commandId(folder, file) {
  return relative(folder, file)
    .replace(/\.js$/, '')
    .replace(/\/index$/, '')
    .split('/')
    .join(':')
}

/**
 * Modules that drag large libraries along for one rare command: each becomes a file of its own beside the bundle, so that
 * the bundle, which every command reads, stays small.
 */
const SPLIT = ['boundary/dist/scan-javascript', 'boundary/dist/scan-python']

const splitFile = (name) => `${name.replace('/dist/', '/')}.cjs`

function splitPlugin() {
  return {
    name: 'split',
    setup(build) {
      // The schema of the configuration, and with it zod: only where a configuration file exists.
      build.onResolve({ filter: /^@rally\/core\/model\/configuration$/ }, ({ kind }) =>
        kind === 'dynamic-import' ? { path: './configuration-schema.cjs', external: true } : undefined,
      )
      build.onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir, kind }) => {
        const name = relative(packages, join(resolveDir, path)).replace(/\.js$/, '')
        return kind === 'dynamic-import' && SPLIT.includes(name)
          ? { path: `./${splitFile(name)}`, external: true }
          : undefined
      })
    },
  }
}

/**
 * What is left of `import(…)` in the bundle loads files outside of it. Compiled code that comes from a cache has no import
 * callback, so the starter hands one in as `__import`.
 */
function redirectImports(file) {
  const source = readFileSync(file, 'utf8')
  const count = source.match(/\bimport\((?!\))/g)?.length ?? 0
  if (count === 0) throw new Error(`${file}: no dynamic import found; the starter's __import is out of date`)
  // Text of ASCII alone takes half the memory; what esbuild leaves in regular expressions is escaped here.
  const ascii = source.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
  writeFileSync(file, ascii.replace(/\bimport\((?!\))/g, '__import('))
}

async function bundleCli() {
  const dist = join(cli, 'dist')
  const folder = join(dist, 'commands')
  const commands = commandFiles(folder).map((file) => ({
    id: commandId(folder, file),
    file: `./${relative(dist, file)}`,
  }))
  const lazy = commands.map(
    ({ id, file }) => `  ${JSON.stringify(id)}: () => import(${JSON.stringify(file)}).then((m) => m.default),`,
  )
  writeFileSync(
    join(dist, 'program.js'),
    `import { boot } from './boot.js'\nboot(require('node:path').join(__dirname, '..'), {\n${lazy.join('\n')}\n})\n`,
  )
  const eager = commands.map(({ file }, index) => `import c${index} from ${JSON.stringify(file)}`)
  writeFileSync(
    join(dist, 'all-commands.js'),
    `${eager.join('\n')}\nexport const COMMANDS = {\n${commands.map(({ id }, index) => `  ${JSON.stringify(id)}: c${index},`).join('\n')}\n}\n`,
  )
  const external = ['koffi']
  const result = await build({
    ...bundleOptions,
    entryPoints: [join(dist, 'program.js')],
    outfile: join(dist, 'rally.cjs'),
    external,
    plugins: [lazyLibraries, lazyBuiltins, lazyOclif, bundledModules, splitPlugin()],
    metafile: true,
    logOverride: { 'require-resolve-not-external': 'silent' },
  })
  writeFileSync(join(dist, 'metafile.json'), JSON.stringify(result.metafile))
  redirectImports(join(dist, 'rally.cjs'))
  await build({
    ...bundleOptions,
    entryPoints: [join(packages, 'core/dist/model/configuration.js')],
    outfile: join(dist, 'configuration-schema.cjs'),
  })
  for (const name of SPLIT) {
    await build({
      ...bundleOptions,
      entryPoints: [join(packages, `${name}.js`)],
      outfile: join(dist, splitFile(name)),
      external,
    })
  }
  await build({
    ...bundleOptions,
    entryPoints: [join(dist, 'all-commands.js')],
    outfile: join(dist, 'commands.cjs'),
    external: [...external, '@oclif/core', '@oclif/core/*'],
  })
  await build({
    ...bundleOptions,
    entryPoints: [join(dist, 'hooks/rally-api.js')],
    outfile: join(dist, 'rally-api.cjs'),
    external,
  })
  if (existsSync(join(dist, 'complete.js'))) {
    await build({
      ...bundleOptions,
      entryPoints: [join(dist, 'complete.js')],
      outfile: join(dist, 'complete.cjs'),
      external,
    })
  }
}

/** The manifests, written with oclif's own plugin loader (what `oclif manifest` does, without a process each). */
async function writeManifests() {
  const { Plugin } = createRequire(import.meta.url)('@oclif/core')
  for (const name of readdirSync(packages)) {
    const folder = join(packages, name)
    if (!existsSync(join(folder, 'package.json')) || !readPackage(folder).oclif) continue
    rmSync(join(folder, 'oclif.manifest.json'), { force: true })
    mkdirSync(join(folder, 'dist/commands'), { recursive: true })
    const plugin = new Plugin({
      errorOnManifestCreate: true,
      ignoreManifest: true,
      respectNoCacheDefault: true,
      root: folder,
      type: 'core',
    })
    await plugin.load()
    writeFileSync(join(folder, 'oclif.manifest.json'), `${JSON.stringify(plugin.manifest, null, 2)}\n`)
  }
}

/** JSON Schemas of every command's output: our own from the zod models in core, a plugin's from its `outputs` folder. */
async function writeSchemas() {
  await writeSchemasOf(join(packages, 'core/dist/model/outputs'), join(cli, 'schemas'))
  for (const { folder } of hostPackages()) await writeSchemasOf(join(folder, 'dist/outputs'), join(folder, 'schemas'))
}

async function writeSchemasOf(folder, target) {
  rmSync(target, { recursive: true, force: true })
  if (!existsSync(folder)) return
  mkdirSync(target, { recursive: true })
  const { z } = await import('zod')
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.js'))) {
    const module = await import(pathToFileURL(join(folder, file)))
    if (!module.outputSchema) continue
    const name = `rally.${basename(file, '.js')}.v1.json`
    const schema = z.toJSONSchema(module.outputSchema, { io: 'output', unrepresentable: 'any' })
    writeFileSync(join(target, name), `${JSON.stringify({ $id: name, ...schema }, null, 2)}\n`)
  }
}

linkPackages()
compile()
if (!process.argv.includes('--only=tsc')) {
  await bundleHosts()
  await bundleTransports()
  await bundleHook()
  await bundleCli()
  await writeManifests()
  await writeSchemas()
  const size = statSync(join(cli, 'dist/rally.cjs')).size
  process.stdout.write(`built: rally.cjs ${Math.round(size / 1024)} kB\n`)
}
