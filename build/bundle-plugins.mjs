import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { bundleOptions } from './bundle-options.mjs'
import { PLUGIN_MODULES } from './bundled-modules.mjs'
import { findCommands } from './find-commands.mjs'
import { lazyBuiltins } from './lazy-builtins.mjs'
import { allPackages, bundledPlugins, cli, hostPackages, packages, required } from './workspace.mjs'

const require = createRequire(import.meta.url)

/** One CommonJS file, `module.exports = factory`, beside the package's own modules. */
async function bundleEntry(to, options = {}) {
  await build({
    ...bundleOptions,
    ...options,
    entryPoints: [required(to.replace(/\.cjs$/, '.js'))],
    outfile: to,
    plugins: [lazyBuiltins()],
    footer: { js: 'module.exports = module.exports.default ?? module.exports;' },
  })
}

/** What plugins hand to rally, and beside the program the adapters that its hooks read. */
export async function bundleHosts() {
  const hosts = join(cli, 'dist/hosts')
  rmSync(hosts, { recursive: true, force: true })
  mkdirSync(hosts, { recursive: true })
  const bundled = new Set(bundledPlugins().map(({ pkg }) => pkg.name))
  const { createHostApi } = await import(pathToFileURL(join(packages, 'core/dist/moments/host-api.js')))
  const marks = {}
  for (const { folder, pkg } of allPackages()) {
    for (const key of PLUGIN_MODULES) if (pkg.rally?.[key]) await bundleEntry(join(folder, pkg.rally[key]))
  }
  for (const { folder, pkg } of hostPackages()) {
    if (!bundled.has(pkg.name)) continue
    const adapter = join(folder, pkg.rally.adapter)
    cpSync(adapter, join(hosts, `${pkg.rally.host}.cjs`))
    marks[pkg.rally.host] = require(adapter)(createHostApi()).marks ?? {}
  }
  // So that a hook, which loads the adapter of its own host alone, can tell what another host sends.
  writeFileSync(join(hosts, 'marks.json'), `${JSON.stringify(marks)}\n`)
}

const NOTICE = `/*! Contains the NATS clients for JavaScript (https://github.com/nats-io/nats.js, Apache-2.0, the NATS Authors and
 * Synadia Communications) and TweetNaCl.js (public domain). */`

/** A transport with what it depends on in one file: a user's plugin folder then needs no registry and no other engine. */
export async function bundleTransports() {
  for (const { folder, pkg } of allPackages()) {
    if (!pkg.rally?.transport || !pkg.rally.entry.endsWith('.cjs')) continue
    await bundleEntry(join(folder, pkg.rally.entry), { banner: { js: NOTICE } })
  }
}

/**
 * The commands of a plugin with what they need in one file beside oclif, for a plugin that says so (`oclif.commands` names a
 * file). This is what a user's installation loads; the program has the commands of bundled plugins inside.
 */
export async function bundlePluginCommands() {
  for (const { folder, pkg } of allPackages()) {
    if (folder === cli || pkg.oclif?.commands?.strategy !== 'explicit') continue
    const target = join(folder, pkg.oclif.commands.target)
    const entry = target.replace(/\.cjs$/, '.js')
    const commands = findCommands(join(folder, 'dist/commands'))
    if (commands.length === 0) throw new Error(`${folder} declares commands and has none`)
    const lines = commands.map(({ id, file }, index) => ({
      line: `import c${index} from ${JSON.stringify(`./${relative(dirname(entry), file)}`)}`,
      key: `  ${JSON.stringify(id)}: c${index},`,
    }))
    const keys = lines.map(({ key }) => key).join('\n')
    writeFileSync(entry, `${lines.map(({ line }) => line).join('\n')}\nexport const COMMANDS = {\n${keys}\n}\n`)
    await build({
      ...bundleOptions,
      entryPoints: [entry],
      outfile: target,
      external: ['@oclif/core', '@oclif/core/*'],
    })
  }
}
