import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { bundleOptions } from './bundle-options.mjs'
import { HOST_MODULES } from './bundled-modules.mjs'
import { lazyBuiltins } from './lazy-builtins.mjs'
import { allPackages, bundledPlugins, cli, hostPackages, required } from './workspace.mjs'

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

/** What host plugins hand to rally, and beside the program the adapters that its hooks read. */
export async function bundleHosts() {
  const hosts = join(cli, 'dist/hosts')
  rmSync(hosts, { recursive: true, force: true })
  mkdirSync(hosts, { recursive: true })
  const bundled = new Set(bundledPlugins().map(({ pkg }) => pkg.name))
  for (const { folder, pkg } of hostPackages()) {
    for (const key of HOST_MODULES) if (pkg.rally[key]) await bundleEntry(join(folder, pkg.rally[key]))
    if (bundled.has(pkg.name)) cpSync(join(folder, pkg.rally.adapter), join(hosts, `${pkg.rally.host}.cjs`))
  }
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
