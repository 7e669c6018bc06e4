import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { bundledPlugins, cli, hostPackages, packages, required } from './workspace.mjs'

/**
 * `dist/known-hosts.json`: what shows that a host is used whose plugin is published beside the program and does not come with it, so
 * that an install can name the plugin.
 */
export async function writeKnownHosts() {
  const { createHostApi } = await import(pathToFileURL(join(packages, 'core/dist/moments/host-api.js')))
  const bundled = new Set(bundledPlugins().map(({ pkg }) => pkg.name))
  const require = createRequire(import.meta.url)
  const known = hostPackages()
    .filter(({ pkg }) => !bundled.has(pkg.name))
    .map(({ folder, pkg }) => {
      const { id, title, ...adapter } = require(required(join(folder, pkg.rally.adapter)))(createHostApi())
      const places = ({ scope, path, homeVariable, rootVariable }) => ({ scope, path, homeVariable, rootVariable })
      const configFiles = adapter.configFiles.map(places)
      const programFiles = (adapter.programFiles ?? []).map(places)
      return { plugin: pkg.name, id, title, signs: adapter.signs?.map(places), configFiles, programFiles }
    })
  writeFileSync(join(cli, 'dist/known-hosts.json'), `${JSON.stringify(known, null, 1)}\n`)
}
